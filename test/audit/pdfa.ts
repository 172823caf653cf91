/**
 * The rules of PDF/A-2u (ISO 19005-2, clause 6) that our files have to follow, checked on the bytes: file structure,
 * colour, fonts, annotations, metadata. It reads the plain structure that our files have (no object streams, one table
 * of references, TrueType fonts by Identity-H), and is no general validator: it neither reads the operators of pages one
 * by one, nor JPEG 2000, optional content or digital signatures, of which our files have none, and takes an ICC profile
 * by its header.
 */
import { inflateSync } from 'node:zlib';
import { fontFindings } from './pdfa-fonts.js';

interface PdfObject {
  readonly number: number;
  readonly dictionary: string;
  /** As it stands in the file; null where the object is no stream. */
  readonly stream: Buffer | null;
}

/** What breaks a rule, a sentence each; none where the file is PDF/A-2u as far as this looks. */
export function pdfaFindings(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  const findings: string[] = [];
  const must = (holds: boolean, rule: string): void => {
    if (!holds) findings.push(rule);
  };
  const objects = readObjects(bytes, text, findings);
  const all = objects.map(({ dictionary }) => dictionary).join('\n');
  const find = (pattern: RegExp): PdfObject[] => objects.filter(({ dictionary }) => pattern.test(dictionary));

  must(
    /^%PDF-1\.[0-7]\n%[\x80-\xFF]{4}/.test(text),
    '6.1.2: the header is not "%PDF-1.n" and a comment of four high bytes',
  );
  must(/%%EOF\r?\n?$/.test(text), '6.1.3: something follows the end of the file');
  const trailer = text.slice(text.lastIndexOf('trailer'));
  must(pointsToObjects(text), '6.1.4: the table of references does not lead to the objects');
  must(/\/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]/.test(trailer), '6.1.3: the trailer has no ID');
  must(!/\/Encrypt/.test(trailer), '6.1.3: the file is encrypted');
  must(!/\/LZWDecode|\/Crypt\b/.test(all), '6.1.7: a filter that is not allowed');
  must(!/\/(F|FFilter|FDecodeParms) \(/.test(all), '6.1.7: a stream in another file');

  must(/\/OutputIntents \[\d+ 0 R\]/.test(all), '6.2.3: the catalogue has no output intent');
  const intent = find(/\/S \/GTS_PDFA1/).at(0);
  const profile = reference(objects, intent?.dictionary, 'DestOutputProfile');
  const icc = profile && content(profile);
  must(icc?.toString('latin1', 36, 40) === 'acsp', '6.2.3: the output intent has no ICC profile');
  must(
    icc?.toString('latin1', 16, 20) === 'RGB ' && (icc[8] === 2 || icc[8] === 4),
    '6.2.3: the profile is not RGB of version 2 or 4',
  );
  must(!/\/(SMask|BM|CA|ca) /.test(all), '6.2.10: transparency');
  must(!/\/Subtype \/PS|\/OPI|\/Alternates/.test(all), '6.2.8: PostScript or alternates');

  const fonts = find(/\/Type \/Font\b/);
  must(fonts.length > 0, '6.2.11: the file has no fonts');
  for (const { number, dictionary } of fonts) {
    if (/\/Subtype \/Type0/.test(dictionary)) {
      must(
        /\/Encoding \/Identity-H/.test(dictionary),
        `6.2.11.3: font ${number} is not encoded by Identity-H`,
      );
      must(/\/ToUnicode \d+ 0 R/.test(dictionary), `6.2.11.7: font ${number} has no ToUnicode`);
    } else if (/\/Subtype \/CIDFontType2/.test(dictionary)) {
      const descriptor = reference(objects, dictionary, 'FontDescriptor');
      must(/\/CIDToGIDMap \/Identity/.test(dictionary), `6.2.11.3: font ${number} has no CIDToGIDMap`);
      must(
        reference(objects, descriptor?.dictionary, 'FontFile2')?.stream !== undefined,
        `6.2.11.4: font ${number} is not embedded`,
      );
    } else {
      findings.push(`6.2.11.4: font ${number} is of a kind that is not embedded`);
    }
  }
  must(!drawsMissingGlyph(objects), '6.2.11.8: a text draws the missing glyph');
  findings.push(...fontFindings(objects.map((object) => ({ ...object, content: () => content(object) }))));

  const annotations = find(/\/Type \/Annot\b/);
  must(
    annotations.every(({ dictionary }) => /\/Subtype \/Link/.test(dictionary) && /\/F 4\b/.test(dictionary)),
    '6.3: an annotation that is no printed link',
  );
  must(
    !/\/(JavaScript|JS|Launch|OpenAction|AA|AcroForm|EmbeddedFiles|Movie|Sound)\b/.test(all),
    '6.5: an action or a form',
  );

  const metadata = reference(objects, find(/\/Type \/Catalog/).at(0)?.dictionary, 'Metadata');
  const xmp =
    metadata && !/\/Filter/.test(metadata.dictionary) ? (metadata.stream?.toString('utf8') ?? '') : '';
  must(
    /<pdfaid:part>2<\/pdfaid:part>\s*<pdfaid:conformance>U</.test(xmp),
    '6.6.4: the metadata does not say PDF/A-2u',
  );
  must(/<dc:title>[\s\S]*<rdf:li[^>]*>[^<]+</.test(xmp), '6.6: the metadata has no title');
  for (const [entry, property] of Object.entries(ANALOGUES)) {
    const said = infoValue(objects, trailer, entry);
    const told = new RegExp(`<${property}>(?:\\s*<rdf:(?:Alt|Seq)>\\s*<rdf:li[^>]*>)?([^<]*)<`).exec(
      xmp,
    )?.[1];
    must(said === undefined || said === told, `6.6: ${entry} is "${said}", and "${told}" in the metadata`);
  }
  must(
    !/bytes=|encoding=/.test(/<\?xpacket begin[^>]*>/.exec(xmp)?.[0] ?? 'bytes='),
    '6.6.2: the packet header is old or missing',
  );
  return findings;
}

/** What the dictionary of information says, and the metadata says in its own words. */
const ANALOGUES: Readonly<Record<string, string>> = {
  Title: 'dc:title',
  Author: 'dc:creator',
  Subject: 'dc:description',
  Keywords: 'pdf:Keywords',
  Creator: 'xmp:CreatorTool',
  Producer: 'pdf:Producer',
  CreationDate: 'xmp:CreateDate',
  ModDate: 'xmp:ModifyDate',
};

/** An entry of the dictionary of information as the metadata would write it; undefined where it has none. */
function infoValue(objects: readonly PdfObject[], trailer: string, entry: string): string | undefined {
  const info = reference(objects, trailer, 'Info');
  const value = reference(objects, info?.dictionary, entry)?.dictionary;
  if (value === undefined) return undefined;
  const text = value.replace(/^\(|\)$/g, '').replace(/\\(.)/g, '$1');
  const [, ...date] = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (date.length > 0) return `${date.slice(0, 3).join('-')}T${date.slice(3).join(':')}Z`;
  return text;
}

/** Whether `startxref` leads to the table, and each line of the table to its object. */
function pointsToObjects(text: string): boolean {
  const at = Number(/startxref\n(\d+)\n/.exec(text.slice(-200))?.[1]);
  const table = /^xref\n0 (\d+)\n((?:\d{10} \d{5} [nf] \n)*)trailer/.exec(text.slice(at));
  const lines = table?.[2].split('\n').slice(0, -1) ?? [];
  return (
    lines.length > 1 &&
    lines.length === Number(table?.[1]) &&
    lines.every(
      (line, number) => number === 0 || text.startsWith(`${number} 0 obj\n`, Number(line.slice(0, 10))),
    )
  );
}

function readObjects(bytes: Buffer, text: string, findings: string[]): PdfObject[] {
  const objects: PdfObject[] = [];
  const start = /(?:^|\n)(\d+) 0 obj\n/g;
  for (let match = start.exec(text); match; match = start.exec(text)) {
    const from = match.index + match[0].length;
    const streamAt = text.indexOf('\nstream\n', from);
    const plainEnd = text.indexOf('\nendobj\n', from);
    const hasStream = streamAt !== -1 && streamAt < plainEnd;
    const dictionary = text.slice(from, hasStream ? streamAt : plainEnd);
    if (!hasStream) {
      objects.push({ number: Number(match[1]), dictionary, stream: null });
      continue;
    }
    const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1]);
    const data = streamAt + '\nstream\n'.length;
    if (text.slice(data + length, data + length + 11) !== '\nendstream\n')
      findings.push(`6.1.7: the length of stream ${match[1]} is wrong`);
    objects.push({ number: Number(match[1]), dictionary, stream: bytes.subarray(data, data + length) });
    start.lastIndex = data + length;
  }
  return objects;
}

function reference(
  objects: readonly PdfObject[],
  dictionary: string | undefined,
  name: string,
): PdfObject | undefined {
  const number = new RegExp(`/${name} (\\d+) 0 R`).exec(dictionary ?? '')?.[1];
  return objects.find((object) => object.number === Number(number));
}

function content({ dictionary, stream }: PdfObject): Buffer {
  if (!stream) return Buffer.alloc(0);
  return /\/FlateDecode/.test(dictionary) ? inflateSync(stream) : stream;
}

/** Whether a page shows glyph 0, which every font has for what it cannot draw. */
function drawsMissingGlyph(objects: readonly PdfObject[]): boolean {
  const pages = objects.filter(({ dictionary }) => /\/Type \/Page\b/.test(dictionary));
  return pages.some(({ dictionary }) => {
    const page = reference(objects, dictionary, 'Contents');
    const texts = page
      ? (content(page)
          .toString('latin1')
          .match(/<[0-9a-f]+>/g) ?? [])
      : [];
    return texts.some((hex) => /^<(?:.{4})*?0000/.test(hex));
  });
}
