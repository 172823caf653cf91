import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { LENDING_TYPES, RULE_GROUPS, RULES } from './table.js';

interface Descriptor {
  readonly types: readonly {
    readonly name: string;
    readonly isAbstract?: boolean;
    readonly extends?: readonly string[];
    readonly properties?: readonly { readonly name: string }[];
  }[];
}

const file = createRequire(import.meta.url).resolve('camunda-bpmn-moddle/resources/camunda.json');
const { types } = JSON.parse(readFileSync(file, 'utf8')) as Descriptor;

const keys = types.flatMap(({ name, properties = [] }) => [
  ...(LENDING_TYPES.has(name) ? [] : [name]),
  ...properties.map((property) => `${name}#${property.name.replace('camunda:', '')}`),
]);

describe('the mapping table', () => {
  it('has a rule for every type and property of the schema, and for nothing else', () => {
    expect(Object.keys(RULES).sort()).toEqual(keys.sort());
    expect(keys.length).toBeGreaterThan(150);
  });

  it('leaves out only types that are no elements of a file', () => {
    const lending = types.filter(({ name }) => LENDING_TYPES.has(name));
    expect(lending).toHaveLength(LENDING_TYPES.size);
    const elements = lending.filter(({ name, isAbstract, extends: extended }) => {
      return !isAbstract && !extended && name !== 'InputOutputParameter';
    });
    expect(elements).toEqual([]);
  });

  it('has each rule in one group, and parts name a whole that has a rule', () => {
    const all = Object.values(RULE_GROUPS).flatMap((group) => Object.keys(group));
    expect(new Set(all).size).toBe(all.length);
    const parts = Object.entries(RULES).filter(([, { convert }]) => convert === undefined);
    const named = new Set(
      Object.keys(RULES).map((key) => {
        const name = key.split('#').pop() ?? '';
        return `camunda:${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      }),
    );
    for (const [key, { meaning }] of parts) {
      const wholes = [...meaning.matchAll(/`(camunda:\w+)`/g)].map(([, whole]) => whole);
      expect(wholes.length, key).toBeGreaterThan(0);
      expect(
        wholes.filter((whole) => !named.has(whole)),
        key,
      ).toEqual([]);
    }
  });
});
