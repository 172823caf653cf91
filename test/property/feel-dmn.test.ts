/** Whatever a DMN file holds, reading, compiling and evaluating it ends in a result or a message. */
import { fc } from '../support/property.js';
import { describe, expect, it } from 'vitest';
import { compileDmn, readDmn, scopeOf } from '@countersign/engine';
import { contexts, expressions } from './feel-expressions.js';

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const literal = (text: string): string =>
  `<literalExpression><text>${escape(text)}</text></literalExpression>`;

/** Boxed expressions of random kinds with random FEEL in them. */
const boxed: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    expressions.map(literal),
    fc
      .array(tie('any'), { maxLength: 3 })
      .map(
        (values) =>
          `<context>${values.map((value, index) => `<contextEntry><variable name="e${index}" typeRef="number"/>${value}</contextEntry>`).join('')}</context>`,
      ),
    fc.array(tie('any'), { maxLength: 3 }).map((items) => `<list>${items.join('')}</list>`),
    fc
      .tuple(tie('any'), tie('any'), tie('any'))
      .map(([a, b, c]) => `<conditional><if>${a}</if><then>${b}</then><else>${c}</else></conditional>`),
    fc
      .tuple(fc.constantFrom('for', 'some', 'every'), tie('any'), tie('any'))
      .map(
        ([kind, source, body]) =>
          `<${kind} iteratorVariable="x"><in>${source}</in><${kind === 'for' ? 'return' : 'satisfies'}>${body}</${kind === 'for' ? 'return' : 'satisfies'}></${kind}>`,
      ),
    fc
      .tuple(tie('any'), tie('any'))
      .map(([source, match]) => `<filter><in>${source}</in><match>${match}</match></filter>`),
    tie('any').map(
      (value) => `<invocation>${literal('f')}<binding><parameter name="x"/>${value}</binding></invocation>`,
    ),
  ),
})).any;

const models = fc
  .tuple(boxed, boxed, fc.constantFrom('number', 'string', 'tList', 'Any', 'date', 'unknown'))
  .map(
    ([
      logic,
      body,
      type,
    ]) => `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m">
    <itemDefinition name="tList" isCollection="true"><typeRef>number</typeRef><allowedValues><text>&gt; 0</text></allowedValues></itemDefinition>
    <businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic><formalParameter name="x" typeRef="${type}"/>${body}</encapsulatedLogic><knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement></businessKnowledgeModel>
    <inputData id="a" name="a"><variable name="a" typeRef="${type}"/></inputData>
    <decision id="d" name="d"><variable name="d" typeRef="${type}"/><informationRequirement><requiredInput href="#a"/></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>${logic}</decision></definitions>`,
  );

async function survives(xml: string, context: Record<string, unknown>): Promise<void> {
  const reading = await readDmn(xml);
  if (!reading.ok) {
    expect(reading.message).not.toBe('');
    return;
  }
  const { dmn } = compileDmn(reading.model);
  for (const { id } of [...dmn.decisions, ...dmn.services]) {
    const outcome = dmn.evaluate(id, scopeOf(context), 0);
    expect(JSON.parse(JSON.stringify(outcome?.output))).toEqual(outcome?.output);
  }
}

describe('a DMN file', () => {
  it('of any logic is evaluated', async () => {
    await fc.assert(fc.asyncProperty(models, contexts, survives), { numRuns: 50 });
  });

  it('with parts cut out or doubled is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        models,
        fc.nat(),
        fc.nat(200),
        fc.boolean(),
        contexts,
        async (xml, from, length, doubled, context) => {
          const at = from % xml.length;
          const part = xml.slice(at, at + length);
          await survives(xml.slice(0, at) + (doubled ? part + part : '') + xml.slice(at + length), context);
        },
      ),
      { numRuns: 70 },
    );
  });

  it('nested without end is refused', async () => {
    const deep = `${'<context><contextEntry>'.repeat(3000)}${literal('1')}${'</contextEntry></context>'.repeat(3000)}`;
    const reading = await readDmn(
      `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="m"><decision id="d" name="d">${deep}</decision></definitions>`,
    );
    expect(reading.ok).toBe(false);
  });
});
