/** Every template of this product is one that the modeler takes: one that its validator refuses is dropped in silence. */
import { validateZeebe } from '@bpmn-io/element-templates-validator';
import { describe, expect, it } from 'vitest';
import { templates } from './templates.js';

interface Template {
  readonly id: string;
  readonly name: string;
  readonly properties: readonly unknown[];
}

const all = templates as readonly Template[];

function refusalsOf(template: unknown): string[] {
  return (validateZeebe(template).errors ?? []).map(({ message }) => message);
}

describe('the element templates', () => {
  it.each(all.map((template) => [template.name, template] as const))('%s is valid', (_name, template) => {
    expect(refusalsOf(template)).toEqual([]);
  });

  it('have ids of their own: of two with the same the second is dropped', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('would be refused here if they were wrong', () => {
    const [template] = all;
    const limit = { label: 'Note', type: 'String', binding: { type: 'zeebe:property', name: 'note' } };
    const wrong = { ...template, properties: [{ ...limit, constraints: { maxLength: 'long' } }] };
    expect(refusalsOf(wrong)).not.toEqual([]);
  });
});
