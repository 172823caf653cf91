/** What of a form can be shown: every type that the inbox has, and the field that is none of them by name. */
import { describe, expect, test } from 'vitest';
import { formFaults } from './form-fields.js';

const form = (...components: unknown[]) => ({ type: 'default', id: 'f', components });
const messages = (...components: unknown[]) => formFaults(form(...components)).map(({ message }) => message);

describe('formFaults', () => {
  test('finds nothing in a form of every type', () => {
    const values = ['textfield', 'textarea', 'number', 'datetime', 'expression', 'checkbox'];
    const choices = ['checklist', 'radio', 'select', 'taglist'];
    const keyed = [...values, ...choices].map((type) => ({ type, id: type, key: `k.${type}` }));
    const others = ['text', 'html', 'image', 'table', 'spacer', 'separator', 'button'].map((type) => ({
      type,
    }));
    const inner = [{ type: 'textfield', key: 'name' }];
    const parents = [
      { type: 'group', path: 'person', components: inner },
      { type: 'group', components: [{ type: 'textfield', key: 'top' }] },
      { type: 'dynamiclist', path: 'items', components: inner },
    ];
    expect(messages(...keyed, ...others, ...parents)).toEqual([]);
    expect(formFaults({ type: 'default', id: 'empty' })).toEqual([]);
  });

  test.each(['filepicker', 'documentPreview', 'iframe', 'signature-pad', 'constructor', undefined, 7])(
    'names the field of the type %s, however deep',
    (type) => {
      const deep = {
        type: 'group',
        components: [{ type: 'dynamiclist', path: 'l', components: [] as unknown[] }],
      };
      deep.components[0].components.push({ type, id: 'Field_9', label: 'Delivery note' });
      const [fault, ...more] = formFaults(form(deep));
      expect(more).toEqual([]);
      expect(fault).toMatchObject({ field: 'Field_9', severity: 'error' });
      expect(fault.message).toContain('The field "Delivery note" is of the type');
    },
  );

  test.each([
    [
      'the same key twice',
      [
        { type: 'textfield', key: 'a' },
        { type: 'number', key: 'a' },
      ],
    ],
    [
      'a value within a value',
      [
        { type: 'textfield', key: 'a' },
        { type: 'number', key: 'a.b' },
      ],
    ],
    [
      'a value around values',
      [
        { type: 'textfield', key: 'a.b' },
        { type: 'number', key: 'a' },
      ],
    ],
    [
      'a value and a list',
      [
        { type: 'dynamiclist', path: 'a', components: [] },
        { type: 'number', key: 'a' },
      ],
    ],
    [
      'a key that a group leads to',
      [
        { type: 'group', path: 'a', components: [{ type: 'number', key: 'b' }] },
        { type: 'textfield', key: 'a.b' },
      ],
    ],
  ])('refuses %s', (_what, components) => {
    expect(messages(...components)).toEqual([expect.stringContaining('stand for the same value')]);
  });

  test('refuses an id that is there twice', () => {
    expect(messages({ type: 'text', id: 'x' }, { type: 'spacer', id: 'x' })).toEqual([
      'Two fields of the form have the id "x".',
    ]);
  });

  test.each([[{}], ['text'], [null]])('refuses components that are %j', (components) => {
    expect(formFaults({ type: 'default', components })).toHaveLength(1);
  });

  test('warns of a picture that is elsewhere', () => {
    const picture = (source: string) => formFaults(form({ type: 'image', alt: 'Logo', source }));
    expect(picture('https://example.com/logo.png')).toMatchObject([{ severity: 'warning' }]);
    expect(picture('data:image/png;base64,AA==')).toEqual([]);
    expect(picture('="data:image/png;base64," + logo')).toEqual([]);
  });
});
