/** What a document says is what is read: characters, ids, names with prefixes, markup; what cannot be read is told, at once. */
import { BpmnModdle } from 'bpmn-moddle';
import { describe, expect, test } from 'vitest';
import { declareUtf8, encodingOf, readXml, type MetaElement, type MetaModel } from './index.js';

const moddle = new BpmnModdle() as unknown as MetaModel;
const head =
  '<d:definitions xmlns:d="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:own="urn:own" xmlns:far="urn:far" id="D" targetNamespace="urn:own">';

function read(content: string, before = '') {
  return readXml(moddle, `${before}${head}${content}</d:definitions>`, 'bpmn:Definitions');
}

function element(content: string, id: string): MetaElement {
  const reading = read(content);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.document.elementsById[id];
}

function reason(content: string, before = ''): string {
  const reading = read(content, before);
  return reading.ok ? '' : reading.reason;
}

describe('characters', () => {
  test.each([
    ['&#x1D11E;', '\u{1D11E}'],
    ['&#66304; and &#xe9;', '\u{10300} and é'],
    ['&lt;&amp;lt;&gt;', '<&lt;>'],
    ['a & b', 'a & b'],
    ['&#xA;', '\n'],
  ])('%s in a name', (written, name) => {
    expect(element(`<d:signal id="s" name="${written}" />`, 's').get('name')).toBe(name);
  });

  test('a character reference in a CDATA section is the text it is', () => {
    const flow = element(
      '<d:process id="p"><d:sequenceFlow id="f"><d:conditionExpression id="c">&#x1F600;<![CDATA[&#x1F600;]]></d:conditionExpression></d:sequenceFlow></d:process>',
      'c',
    );
    expect(flow.get('body')).toBe('\u{1F600}&#x1F600;');
  });

  test.each(['&#0;', '&#x1B;', '&#xD83C;', '&#xFFFF;', '&#x110000;', '&#99999999999999;'])(
    '%s is refused with its place',
    (written) => {
      expect(reason(`\n<d:signal id="s" name="ab${written}" />`)).toBe(
        `"${written}" is no character that XML allows at line 2, column 26`,
      );
    },
  );

  test.each([
    ['declared', '<!DOCTYPE x [<!ENTITY house "ACME">]>'],
    ['not declared', ''],
  ])('an entity that is %s is refused by name', (_, before) => {
    expect(reason('<d:signal id="s" name="&house;" />', before)).toContain(
      'the entity "&house;" is not read',
    );
    expect(reason('<d:textAnnotation><d:text>&house;</d:text></d:textAnnotation>', before)).toContain(
      '&house;',
    );
  });

  test('a document type that declares nothing in use is passed over, one that declares attributes is refused', () => {
    expect(read('', '<!DOCTYPE x SYSTEM "x.dtd">').ok).toBe(true);
    expect(read('', '<!DOCTYPE x [<!ENTITY a "b">]>').ok).toBe(true);
    expect(reason('', '<!DOCTYPE x [<!ATTLIST y z CDATA "1">]>')).toContain('declares attributes');
  });
});

describe('ids and references', () => {
  test.each(['Größe', 'обработка', '承認', 'a.b-c_1', 'étape·2'])('%s is an id', (id) => {
    const content = `<d:process id="p"><d:task id="${id}" /><d:sequenceFlow id="f" sourceRef="${id}" targetRef="${id}" /></d:process>`;
    expect(element(content, 'f').get('sourceRef')).toMatchObject({ id });
  });

  test.each(['1a', '-a', 'a b', 'a¢', ':a', 'a:b:c'])('%s is none', (id) => {
    const reading = read(`<d:signal id="${id}" />`);
    expect(reading.ok && reading.document.warnings.map(({ message }) => message).join()).toContain(
      'illegal ID',
    );
  });

  test('a name with the prefix of the document leads to the element, in attributes, elements and lists', () => {
    const content =
      '<d:message id="m" /><d:process id="p"><d:task id="a"><d:outgoing>own:f</d:outgoing></d:task><d:task id="b" />' +
      '<d:receiveTask id="r" messageRef="own:m" /><d:sequenceFlow id="f" sourceRef="own:a" targetRef="b" /></d:process>';
    expect(element(content, 'r').get('messageRef')).toMatchObject({ id: 'm' });
    expect(element(content, 'f').get('sourceRef')).toMatchObject({ id: 'a' });
    expect(element(content, 'a').get('outgoing')).toMatchObject([{ id: 'f' }]);
  });

  test.each([
    ['far:m', 'urn:far'],
    ['none:m', undefined],
    ['x', undefined],
  ])('%s leads nowhere', (reference, namespace) => {
    const reading = read(
      `<d:message id="m" /><d:process id="p"><d:receiveTask id="r" messageRef="${reference}" /></d:process>`,
    );
    const [warning] = reading.ok ? reading.document.warnings : [];
    expect(warning).toMatchObject({ property: 'bpmn:messageRef', value: reference });
    expect(warning.namespace).toBe(namespace);
  });

  test('what leads nowhere is taken out of a list, the rest keeps its order', () => {
    const lane =
      '<d:flowNodeRef>b</d:flowNodeRef><d:flowNodeRef>gone</d:flowNodeRef><d:flowNodeRef>a</d:flowNodeRef>';
    const content = `<d:process id="p"><d:laneSet id="l"><d:lane id="n">${lane}</d:lane></d:laneSet><d:task id="a" /><d:task id="b" /></d:process>`;
    expect(element(content, 'n').get('flowNodeRef')).toMatchObject([{ id: 'b' }, { id: 'a' }]);
  });
});

describe('markup', () => {
  test.each(['documentation', 'text', 'script'])('in <%s> is kept word for word', (tag) => {
    const holder = { documentation: 'task', text: 'textAnnotation', script: 'scriptTask' }[tag];
    const markup = 'See <h:b xmlns:h="urn:h">this &amp; <h:i a="1"/>that</h:b>, twice';
    const content = `<d:process id="p"><d:${holder} id="e"><d:${tag}> ${markup} </d:${tag}></d:${holder}></d:process>`;
    const found = element(content, 'e').get(tag);
    expect(tag === 'documentation' ? (found as MetaElement[])[0].get('text') : found).toBe(markup);
  });

  test('text without elements is text', () => {
    const content =
      '<d:process id="p"><d:documentation id="t">a &lt;b&gt; <![CDATA[<c>]]></d:documentation></d:process>';
    expect(element(content, 't').get('text')).toBe('a <b> <c>');
  });
});

describe('what is no document', () => {
  test.each([
    ['<d:process id="p">', 'must be closed'],
    ['</d:process>', 'stands where'],
    ['<d:process id="p" id="q" />', 'has the attribute "id" twice'],
    ['<d:process id=p />', 'no name with a value in quotes'],
    ['<d:process id="p"name="q" />', 'no name with a value in quotes'],
    ['<d:process <', 'no name with a value in quotes'],
    ['<!-- ', 'a comment has no end'],
    ['<x:y />', 'the prefix of <x:y> is not declared'],
    ['<', 'no valid name'],
  ])('%s', (content, expected) => {
    expect(reason(content)).toContain(expected);
  });

  test.each([
    ['signs', '<'.repeat(9_000_000)],
    ['a name', `<${'a'.repeat(9_000_000)}`],
    ['an attribute', `<a b="${'c'.repeat(9_000_000)}`],
    ['a prefix', `<${'a'.repeat(9_000_000)}:b/>`],
  ])('the reason is short, however long %s is', (_, xml) => {
    const reading = readXml(moddle, xml, 'bpmn:Definitions');
    expect(reading.ok ? '' : reading.reason).toMatch(/^.{10,300}$/);
  });

  test.each([
    [
      'attributes',
      `<d:process ${Array.from({ length: 10_000 }, (_, index) => `a${index}="1"`).join(' ')} />`,
    ],
    [
      'namespaces in each other',
      Array.from({ length: 50_000 }, (_, index) => `<x:a xmlns:x="urn:${index}">`).join('') +
        '</x:a>'.repeat(50_000),
    ],
    ['unknown elements', '<a/>'.repeat(25_000)],
    ['texts where none may be', '<d:process />text'.repeat(25_000)],
  ])('too many %s are beyond a limit', (_, content) => {
    const reading = read(content);
    expect(reading).toMatchObject({ ok: false, isLimit: true });
  });
});

describe('encodings', () => {
  const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  test.each([
    ['<?xml version="1.0" encoding="iso-8859-15"?><a/>', 'iso-8859-15'],
    ["<?xml version='1.0' encoding='windows-1251'?><a/>", 'windows-1251'],
    ['<?xml version="1.0" encoding="UTF-16"?><a/>', 'utf-8'],
    ['\u00FF\u00FE<\u0000', 'utf-16le'],
    ['\u0000<', 'utf-16be'],
    ['{}', 'utf-8'],
  ])('of %j', (text, encoding) => {
    expect(encodingOf(bytes(text))).toBe(encoding);
  });

  test.each([
    ['<?xml version="1.0" encoding="ISO-8859-1"?>\n<a/>', '<?xml version="1.0" encoding="UTF-8"?>\n<a/>'],
    [
      "<?xml version='1.0' encoding = 'UTF-16' standalone='no'?><a/>",
      "<?xml version='1.0' encoding = 'UTF-8' standalone='no'?><a/>",
    ],
    ['<?xml version="1.0" encoding="utf-8"?><a/>', '<?xml version="1.0" encoding="utf-8"?><a/>'],
    ['<a encoding="x"/>', '<a encoding="x"/>'],
    ['{"encoding":"latin1"}', '{"encoding":"latin1"}'],
  ])('%j declares what it is', (text, declared) => {
    expect(declareUtf8(text)).toBe(declared);
  });
});
