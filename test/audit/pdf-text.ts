/** The text of a PDF of ours, by the maps that its fonts carry: a line for each text, a form feed after each page. */
import { inflateSync } from 'node:zlib';

/** Reads the text in the order in which it was drawn. */
export function pdfText(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const stream = (number: string): string => {
    const at = text.indexOf(`\n${number} 0 obj\n`);
    const head = text.slice(at, text.indexOf('stream\n', at));
    const from = at + head.length + 'stream\n'.length;
    const length = Number(/\/Length (\d+)/.exec(head)?.[1]);
    const data = bytes.subarray(from, from + length);
    return (/\/FlateDecode/.test(head) ? inflateSync(data) : data).toString('latin1');
  };
  const object = (number: string): string => {
    const at = text.indexOf(`\n${number} 0 obj\n`);
    return text.slice(at, text.indexOf('\nendobj', at));
  };
  const maps = new Map<string, Map<string, string>>();
  const mapOf = (font: string): Map<string, string> => {
    let map = maps.get(font);
    if (!map) {
      const unicode = /\/ToUnicode (\d+) 0 R/.exec(object(font))?.[1] ?? '';
      map = readMap(stream(unicode));
      maps.set(font, map);
    }
    return map;
  };
  const pages = [...text.matchAll(/\/Type \/Page\n[\s\S]*?\nendobj/g)].map(([page]) => {
    const fonts = new Map(
      [...object(/\/Resources (\d+) 0 R/.exec(page)?.[1] ?? '').matchAll(/\/(F\d+) (\d+) 0 R/g)].map(
        ([, name, number]) => [name, number] as const,
      ),
    );
    let map = new Map<string, string>();
    const lines: string[] = [];
    const drawn = /\/(F\d+) [\d.]+ Tf|\[((?:<[0-9a-f]*>|[\d.\- ])*)\] TJ/g;
    for (const [, font, shown] of stream(/\/Contents (\d+) 0 R/.exec(page)?.[1] ?? '').matchAll(drawn)) {
      if (font) map = mapOf(fonts.get(font) ?? '');
      else {
        const codes = [...shown.matchAll(/<([0-9a-f]*)>/g)].flatMap(([, hex]) => hex.match(/.{4}/g) ?? []);
        lines.push(codes.map((code) => map.get(code) ?? '\u{FFFD}').join(''));
      }
    }
    return lines.join('\n');
  });
  return pages.join('\f');
}

/** The characters of each code (four hexadecimal digits) in a ToUnicode map. */
export function readMap(cmap: string): Map<string, string> {
  const map = new Map<string, string>();
  const toText = (hex: string): string =>
    Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le');
  for (const [, first, , list] of cmap.matchAll(/<([0-9a-f]{4})> <([0-9a-f]{4})> \[([^\]]*)\]/g)) {
    [...list.matchAll(/<([0-9a-f ]+)>/g)].forEach(([, hex], index) => {
      map.set((parseInt(first, 16) + index).toString(16).padStart(4, '0'), toText(hex));
    });
  }
  return map;
}
