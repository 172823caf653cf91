/** Forms of tasks: nobody decides what isn't shown, only what changed changes, and what is sent was computed from what is sent. */
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { callsTo, type CallAs } from '../support/people.js';
import { useSite } from '../support/site.js';
import { deployTask, openTask, sendNow, startTask, variablesOf } from '../support/tasks.js';

const site = useSite({ authentication: 'demo' });
let call: CallAs;
let mary: OpenPage;
let page: Page;

beforeAll(() => {
  call = callsTo(site.server.url);
});

beforeEach(async () => {
  mary = await site.open({ user: 'mary' });
  page = mary.page;
  return () => mary.context.close();
});

let count = 0;
/** Opens a task with a form of these components and variables; answers with the key of its instance. */
async function show(
  components: readonly object[],
  variables: object = {},
  properties: Record<string, string> = {},
): Promise<{ instance: string; task: string }> {
  const id = `form-${String(++count)}`;
  await deployTask(call, { id, name: `Form ${String(count)}`, components, properties });
  return startTask(call, id, variables);
}

async function complete(): Promise<void> {
  await page.getByRole('button', { name: /^Complete/ }).click();
  await sendNow(page);
}

const field = (label: string) => page.getByLabel(label, { exact: true });

describe('what is sent', () => {
  it('was computed from what is sent, by a chain and with the last key', async () => {
    const computed = (key: string, expression: string, computeOn = 'change') => ({
      type: 'expression',
      key,
      expression,
      computeOn,
    });
    const { instance, task } = await show(
      [
        computed('gross', '=net + tax'),
        computed('tax', '=net * 0.19'),
        { type: 'number', key: 'net', label: 'Net' },
        computed('twice', '=last * 2', 'presubmit'),
        computed('last', '=gross + 1', 'presubmit'),
        computed('third', '=0.1 + 0.2'),
        computed('due', '=date("2026-01-31") + duration("P1M")'),
        computed('words', '=if net > 100 then "much" else "little"'),
      ],
      { net: 1, gross: 7, third: 7 },
    );
    await openTask(page, task);
    await field('Net').click();
    await page.keyboard.press('End');
    await page.keyboard.type('00');
    await complete();
    expect(await variablesOf(call, instance)).toEqual({
      net: 100,
      tax: 19,
      gross: 119,
      last: 120,
      twice: 240,
      third: 0.3,
      due: '2026-02-28',
      words: 'little',
    });
    expect(mary.complaints).toEqual([]);
  });

  it('never comes from an expression that does not settle', async () => {
    const { task } = await show([
      {
        type: 'expression',
        key: 'n',
        label: 'Count',
        expression: '=if n = null then 1 else n + 1',
        computeOn: 'change',
      },
    ]);
    await page.goto(`/inbox/${task}?view=open`);
    await page.getByText('The field “Count” can’t be shown').waitFor();
    expect(await page.getByRole('button', { name: /^Complete/ }).isDisabled()).toBe(true);
  });

  it('keeps all that the form does not show', async () => {
    const variables = {
      person: { id: 7, name: 'Ada', home: { zip: '10115', city: 'Berlin' } },
      lines: [
        { id: 'a', what: 'bolt', due: 'soon' },
        { id: 'b', what: 'nut', parts: [{ id: 1, n: 1 }] },
        { id: 'c', what: 'nail' },
      ],
      due: '31.12.2026',
      untouched: { x: [1, { y: 2 }] },
    };
    const { instance, task } = await show(
      [
        {
          type: 'group',
          path: 'person',
          label: 'Person',
          components: [{ type: 'textfield', key: 'name', label: 'Name' }],
        },
        { type: 'textfield', key: 'person.home.city', label: 'City' },
        { type: 'datetime', key: 'due', subtype: 'date', dateLabel: 'Due' },
        {
          type: 'dynamiclist',
          path: 'lines',
          label: 'Lines',
          isRepeating: true,
          allowAddRemove: true,
          components: [
            { type: 'textfield', key: 'what', label: 'What' },
            { type: 'datetime', key: 'due', subtype: 'date', dateLabel: 'When' },
            {
              type: 'dynamiclist',
              path: 'parts',
              label: 'Parts',
              isRepeating: true,
              defaultRepetitions: 0,
              components: [{ type: 'number', key: 'n', label: 'N' }],
            },
          ],
        },
      ],
      variables,
    );
    await openTask(page, task);
    await page.getByText('A value of “Due” can’t be shown in its field').first().waitFor();
    await field('City').fill('Bonn');
    await page.getByRole('button', { name: 'Remove list item 1' }).first().click();
    await page.getByLabel('What', { exact: true }).nth(1).fill('screw');
    await page.getByRole('button', { name: 'Add new' }).last().click();
    await page.getByLabel('What', { exact: true }).nth(2).fill('rivet');
    await complete();
    const sent = await variablesOf(call, instance);
    expect(sent).toMatchObject({
      person: { id: 7, name: 'Ada', home: { zip: '10115', city: 'Bonn' } },
      due: '31.12.2026',
      untouched: variables.untouched,
    });
    expect(sent.lines).toMatchObject([
      { id: 'b', what: 'nut', parts: [{ id: 1, n: 1 }] },
      { id: 'c', what: 'screw' },
      { what: 'rivet' },
    ]);
    expect(JSON.stringify(sent)).not.toContain('countersign.item');
    expect(mary.complaints).toEqual([]);
  });
});

describe('a form that can’t be shown', () => {
  /** As an older server took it in, which asked nothing of the fields. */
  async function spoil(id: string, components: readonly object[]): Promise<void> {
    const content = JSON.stringify({ id, type: 'default', schemaVersion: 18, components });
    await site.server.runtime?.store
      .knex('resource')
      .where({ name: `${id}.form` })
      .update({ content });
  }

  it.each([
    ['a type that nobody knows', [{ type: 'hologram', key: 'view' }]],
    ['documents that are not there yet', [{ type: 'documentPreview', label: 'Contract' }]],
    [
      'two fields for one value',
      [
        { type: 'textfield', key: 'a' },
        { type: 'number', key: 'a.b' },
      ],
    ],
  ])('is neither approved nor refused: %s', async (_what, components) => {
    const id = `spoilt-${String(++count)}`;
    await deployTask(call, { id, name: 'Spoilt', components: [], properties: { approval: 'true' } });
    const { instance, task } = await startTask(call, id);
    await spoil(id, components);
    await page.goto(`/inbox/${task}?view=open`);
    await page.getByText('This form can’t be shown').waitFor();
    for (const name of [/^Approve/, /^Refuse/])
      expect(await page.getByRole('button', { name }).isDisabled()).toBe(true);
    for (const key of ['a', 'r', 'Enter']) await page.keyboard.press(key);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await variablesOf(call, instance)).toEqual({});
  });

  it('is not signed while a picture of it is missing', async () => {
    const picture = { type: 'image', source: '=address', alt: 'The damage' };
    const { task } = await show(
      [picture],
      { address: 'https://example.invalid/x.png' },
      { approval: 'true' },
    );
    await page.goto(`/inbox/${task}?view=open`);
    await page.getByText('A picture can’t be shown: The damage').waitFor();
    expect(await page.getByRole('button', { name: /^Approve/ }).isDisabled()).toBe(true);
  });

  it('is not decided while it is on its way', async () => {
    const { task } = await show([{ type: 'textfield', key: 'a', label: 'A' }]);
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/form', async (route) => {
      await asked;
      await route.continue();
    });
    await page.goto(`/inbox/${task}?view=open`);
    await page.getByText('What happened before').waitFor();
    expect(await page.getByRole('button', { name: /^Complete/ }).isDisabled()).toBe(true);
    answer();
    await page.locator('article footer button:last-of-type:enabled').waitFor();
  });
});

describe('data in a form', () => {
  const NASTY =
    '# Pay **now** [here](https://evil.example) <img src=x onerror="document.title=1"> <b>bold</b>\n- item';

  it('is never markup, in Markdown and in HTML', async () => {
    const { task } = await show(
      [
        {
          type: 'text',
          text: '# Of {{supplier}}\n\n{{nasty}}\n\n[Look]({{link}}) [Bad]({{bad}})\n\n{{#loop rows}}\n- {{this}}\n{{/loop}}',
        },
        {
          type: 'html',
          content: '<p id="p">{{nasty}}</p><a href="{{bad}}">Press</a><p style="color: {{style}}">x</p>',
        },
        { type: 'text', text: '="## " + nasty' },
      ],
      {
        nasty: NASTY,
        supplier: '*Alpine*',
        link: 'https://alpine.example/a b',
        bad: 'javascript:document.title=2',
        style: 'red; position: fixed; inset: 0',
        rows: ['# one', '> two'],
      },
    );
    await openTask(page, task);
    const found = await page.locator('.form-frame').evaluateAll((frames) =>
      frames.map((frame) => {
        const root = frame.firstElementChild?.shadowRoot;
        const names = [...(root?.querySelectorAll('*') ?? [])].map(({ localName }) => localName);
        const links = [...(root?.querySelectorAll('a') ?? [])].map((link) => link.getAttribute('href'));
        const styles = [...(root?.querySelectorAll('[style]') ?? [])].map((one) => one.getAttribute('style'));
        return {
          names: names.filter((name) => !['style', 'br'].includes(name)),
          links,
          styles,
          text: root?.textContent ?? '',
        };
      }),
    );
    expect(found[0].names).toEqual(['h1', 'p', 'p', 'a', 'a', 'ul', 'li', 'li']);
    expect(found[0].links).toEqual(['https://alpine.example/a b', null]);
    expect(found[0].text).toContain('# Pay **now** [here](https://evil.example) <img src=x');
    expect(found[0].text).toContain('Of *Alpine*');
    expect(found[1]).toMatchObject({ names: ['p', 'a', 'p'], links: [null], styles: [] });
    expect(found[2].names).toEqual(['p']);
    expect(found[2].text).toContain('## # Pay');
    expect(await page.title()).toMatch(/^Form/);
    expect(mary.complaints).toEqual([]);
  });

  it('and what its author wrote stay in their frame', async () => {
    const cover = 'position:fixed;inset:0;width:100vw;height:100vh;z-index:2147483647;background:red';
    const { task } = await show(
      [
        {
          type: 'html',
          content: `<style>:host{${cover} !important;position:fixed!important} * {pointer-events:auto}
            a{content:"}"} body, .shell, button {display:none !important} /*}*/ html{opacity:0}</style>
            <div style="${cover}"><a href="/design" target="_top">Sign out</a><button>Approve</button>
            <form action="/x"><input name="password"></form></div>`,
        },
        { type: 'text', text: `<div style="${cover}">over</div>` },
      ],
      {},
      { approval: 'true' },
    );
    await openTask(page, task);
    // What is shown stands in its frame, and is seen.
    for (const words of ['Sign out', 'over'])
      expect(await page.locator('.form-frame').getByText(words).isVisible()).toBe(true);
    const heights = await page
      .locator('.form-frame')
      .evaluateAll((all) => all.map(({ clientHeight }) => clientHeight));
    expect(Math.min(...heights)).toBeGreaterThan(10);
    for (const width of [1440, 380]) {
      await page.setViewportSize({ width, height: 800 });
      const button = page.getByRole('button', { name: /^Refuse/ });
      await button.scrollIntoViewIfNeeded();
      const onTop = await button.evaluate((element) => {
        const { x, y, width: w, height: h } = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(x + w / 2, y + h / 2));
      });
      expect({ width, onTop }).toEqual({ width, onTop: true });
    }
    expect(await page.locator('.form-frame button, .form-frame input, .form-frame form').count()).toBe(0);
    const link = page.locator('.form-frame a');
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(mary.complaints).toEqual([]);
  });
});
