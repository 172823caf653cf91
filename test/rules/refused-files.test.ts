/** Bad files and what a deployment answers: the code, the element it is about, nothing thrown and nothing silent. */
import { readBpmn, type ProblemCode } from '@countersign/engine';
import { describe, expect, test } from 'vitest';
import { REFUSED_CONTENT } from './refused-content.js';
import { definitions, inProcess } from './xml.js';

type Finding = readonly [code: ProblemCode, elementId: string | null];

async function errors(xml: string): Promise<Finding[]> {
  const { problems } = await readBpmn(xml);
  for (const { message, hint } of problems) {
    expect(message, 'a sentence').toMatch(/\.$/);
    expect(hint, 'a sentence').toMatch(/\.$/);
  }
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code, elementId }): Finding => [code, elementId]);
}

const whole = definitions(
  '<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s" /></bpmn:process>',
);

describe('files that are no BPMN', () => {
  const files: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['plain text', 'hello'],
    ['JSON', '{"process":1}'],
    ['bytes', '\u0000\u0001PK\u0003'],
    ['HTML', '<html><body /></html>'],
    ['BPMN with text behind it', `${whole} and so on`],
    ['BPMN with a tag behind it', `${whole}<extra />`],
    ['BPMN with text and a comment behind it', `${whole} and so on <!-- end -->`],
    ['two documents in one file', whole + whole.replace(/<\?xml[^>]*>/, '')],
    ['BPMN cut off in the middle', whole.slice(0, whole.length - 40)],
    ['BPMN cut off in a tag', whole.slice(0, whole.indexOf('startEvent') + 5)],
    [
      'a part of BPMN alone',
      '<bpmn:process xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="p" />',
    ],
  ];
  test.each(files)('%s', async (_what, xml) => {
    expect(await errors(xml)).toEqual([['XML_INVALID', null]]);
  });

  test('the place is counted from line 1, column 1', async () => {
    const { problems } = await readBpmn('<a>\n  </b>');
    expect(problems[0]?.message).toContain('line 2, column 3');
  });
});

describe('files without a process to run', () => {
  test('no process', async () => {
    expect(await errors(definitions(''))).toEqual([['NO_EXECUTABLE_PROCESS', null]]);
  });
  test('no process marked executable', async () => {
    const xml = definitions('<bpmn:process id="p"><bpmn:startEvent id="s" /></bpmn:process>');
    expect(await errors(xml)).toEqual([['NO_EXECUTABLE_PROCESS', 'p']]);
  });
  test('a process without an id', async () => {
    const xml = definitions('<bpmn:process isExecutable="true"><bpmn:startEvent id="s" /></bpmn:process>');
    expect(await errors(xml)).toContainEqual(['VALUE_MISSING', null]);
  });
  test('two processes with one id', async () => {
    const one = '<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s" /></bpmn:process>';
    expect(await errors(definitions(one + one.replace('"s"', '"t"')))).toEqual([['XML_CONTENT', null]]);
  });
});

describe('content', () => {
  test.each(REFUSED_CONTENT)('$about', async ({ inside, beside, expected }) => {
    expect(await errors(inProcess(inside, beside))).toEqual(expected);
  });

  test('all findings are reported at once', async () => {
    const found = await errors(
      inProcess('<bpmn:startEvent id="s" /><bpmn:serviceTask id="a" /><bpmn:callActivity id="b" />'),
    );
    expect(found).toEqual([
      ['VALUE_MISSING', 'a'],
      ['VALUE_MISSING', 'b'],
    ]);
  });
});

describe('files that are accepted', () => {
  test('a byte order mark, a document type and references of the diagram to nothing', async () => {
    const diagram =
      '<bpmndi:BPMNDiagram id="g"><bpmndi:BPMNPlane id="pl" bpmnElement="gone" /></bpmndi:BPMNDiagram>';
    const xml = definitions(
      `<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s" /></bpmn:process>${diagram}`,
    );
    expect(await errors(`\ufeff${xml}`)).toEqual([]);
  });

  test('entities of a document type are never expanded nor fetched', async () => {
    const type =
      '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>';
    const xml = whole.replace('?>', `?>${type}`).replace('id="s"', 'id="s" name="&b;&c;"');
    const { processes } = await readBpmn(xml);
    expect(processes[0]?.elementsById.get('s')?.name ?? '').toMatch(/^(?:&b;&c;)?$/);
  });

  test('an attribute that BPMN does not know is a warning', async () => {
    const { problems } = await readBpmn(inProcess('<bpmn:startEvent id="s" colour="red" />'));
    expect(problems).toMatchObject([{ code: 'XML_CONTENT', elementId: 's', severity: 'warning' }]);
  });

  test('ids that mean something to JavaScript', async () => {
    const { processes, problems } = await readBpmn(
      inProcess(
        '<bpmn:startEvent id="__proto__" /><bpmn:task id="constructor" />' +
          '<bpmn:sequenceFlow id="toString" sourceRef="__proto__" targetRef="constructor" />',
      ),
    );
    expect(problems).toEqual([]);
    expect(processes[0]?.elements[0]?.startEvent?.outgoing[0]?.target.id).toBe('constructor');
  });
});

describe('huge and deep files', () => {
  const repeat = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => make(index)).join('');

  test('sub-processes nested 10,000 deep are refused', async () => {
    const open = repeat(10_000, (i) => `<bpmn:subProcess id="u${i}"><bpmn:startEvent id="t${i}" />`);
    const xml = inProcess(`<bpmn:startEvent id="s" />${open}${'</bpmn:subProcess>'.repeat(10_000)}`);
    expect(await errors(xml)).toContainEqual(['LIMIT_EXCEEDED', 'u100']);
  });
  test('100,000 tags of one id without an end are refused at once', async () => {
    expect((await errors(inProcess('<bpmn:subProcess id="a">'.repeat(100_000))))[0]).toEqual([
      'XML_INVALID',
      null,
    ]);
  });
  const full: readonly (readonly [string, string, ProblemCode])[] = [
    ['unknown elements', '<bpmn:surprise/>', 'LIMIT_EXCEEDED'],
    ['repeated ids', '<bpmn:task id="same"/>', 'LIMIT_EXCEEDED'],
    ['attributes of no namespace', '<bpmn:task x:a="1"/>', 'LIMIT_EXCEEDED'],
    ['elements of no namespace', '<a/>', 'LIMIT_EXCEEDED'],
    ['malformed tags', '<bpmn:task a a/>', 'XML_INVALID'],
  ];
  test.each(full)('a file full of %s is refused at once', async (_, content, code) => {
    const xml = definitions(
      `<bpmn:process id="p" isExecutable="true">${content.repeat(200_000)}</bpmn:process>`,
    );
    expect(await errors(xml)).toEqual([[code, null]]);
  });

  test('foreign content nested 50,000 deep is left alone', async () => {
    const foreign = '<x:a xmlns:x="urn:x">'.repeat(50_000) + '</x:a>'.repeat(50_000);
    const xml = inProcess(
      `<bpmn:extensionElements>${foreign}</bpmn:extensionElements><bpmn:startEvent id="s" />`,
    );
    expect(await errors(xml)).toEqual([]);
  });
  test('brackets nested 10,000 deep in an expression are no valid FEEL', async () => {
    const flow = '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t">';
    const condition = `<bpmn:conditionExpression>=${'('.repeat(10_000)}1</bpmn:conditionExpression>`;
    const xml = inProcess(
      `<bpmn:startEvent id="s" /><bpmn:task id="t" />${flow}${condition}</bpmn:sequenceFlow>`,
    );
    expect(await errors(xml)).toEqual([['FEEL_SYNTAX', 'f']]);
  });
  test('10,000 tasks are read', async () => {
    const tasks = repeat(10_000, (i) => `<bpmn:task id="t${i}" />`);
    const { processes } = await readBpmn(inProcess(`<bpmn:startEvent id="s" />${tasks}`));
    expect(processes[0]?.elements).toHaveLength(10_002);
  });
});
