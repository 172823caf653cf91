/** Trying out FEEL and decisions: the engine in the browser answers, without a request. */
import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessibilityFindings } from '../support/axe.js';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';

const discount = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="discounts" name="Discounts" namespace="http://countersign.dev/discounts">
  <inputData id="amount" name="amount"><variable id="amount-variable" name="amount" typeRef="number" /></inputData>
  <decision id="discount" name="Discount">
    <variable id="discount-variable" name="discount" typeRef="number" />
    <informationRequirement id="discount-needs"><requiredInput href="#amount" /></informationRequirement>
    <decisionTable id="table" hitPolicy="UNIQUE">
      <input id="level" label="Customer level">
        <inputExpression id="level-expression" typeRef="string"><text>level</text></inputExpression>
      </input>
      <input id="sum" label="Order amount">
        <inputExpression id="sum-expression" typeRef="number"><text>amount</text></inputExpression>
      </input>
      <output id="percent" label="Discount in percent" name="percent" typeRef="number" />
      <annotation name="Why" />
      <rule id="gold">
        <inputEntry id="gold-level"><text>"gold"</text></inputEntry>
        <inputEntry id="gold-sum"><text></text></inputEntry>
        <outputEntry id="gold-percent"><text>15</text></outputEntry>
        <annotationEntry><text>Agreed with sales</text></annotationEntry>
      </rule>
      <rule id="silver-large">
        <inputEntry id="large-level"><text>"silver"</text></inputEntry>
        <inputEntry id="large-sum"><text>&gt;= 1000</text></inputEntry>
        <outputEntry id="large-percent"><text>10</text></outputEntry>
      </rule>
      <rule id="silver">
        <inputEntry id="silver-level"><text>"silver"</text></inputEntry>
        <inputEntry id="silver-sum"><text>&lt;= 1000</text></inputEntry>
        <outputEntry id="silver-percent"><text>5</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <decision id="total" name="Total">
    <variable id="total-variable" name="total" typeRef="number" />
    <informationRequirement id="total-needs"><requiredDecision href="#discount" /></informationRequirement>
    <informationRequirement id="total-amount"><requiredInput href="#amount" /></informationRequirement>
    <literalExpression id="total-text"><text>amount * (100 - discount) / 100</text></literalExpression>
  </decision>
</definitions>
`;

const site = useSite({ authentication: 'demo' });
let dana: OpenPage;

beforeEach(async () => {
  dana = await site.open({ user: 'demo' });
});

afterEach(async () => {
  await dana.context.close();
});

/** Holds the page as it stands to the rules of accessibility, light and dark. */
async function holds({ page, complaints }: OpenPage): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityFindings(page)).toEqual([]);
  }
  expect(complaints).toEqual([]);
}

describe('the FEEL playground', () => {
  it('answers as one types, marks what is not FEEL, and asks no server', async () => {
    const { page } = dana;
    await page.goto('/design');
    await page.getByRole('link', { name: 'FEEL playground' }).click();
    const result = page.locator('[data-result]');
    await result.filter({ hasText: /^937\.8$/ }).waitFor();
    const requests: string[] = [];
    page.on('request', (request) => {
      // The browser asks for the icon whenever the address changes, and the menu for its figures when it hears of news.
      if (!/\/(?:favicon\.svg|api\/overview)$/.test(request.url())) requests.push(request.url());
    });

    const expression = page.getByRole('textbox', { name: 'Expression' });
    await page.getByLabel('Variables').fill('{ "unit price": 0.1 }');
    await expression.fill('unit price + 0.2 = 0.3');
    await result.filter({ hasText: /^true$/ }).waitFor();
    await page.getByText('boolean', { exact: true }).waitFor();
    await expression.fill('nobody + 1');
    await result.filter({ hasText: /^null$/ }).waitFor();
    await page.getByText('line 1, column 1').first().waitFor();
    await holds(dana);

    await expression.fill('1 +\n2 * )');
    await page.getByText('Not FEEL at line 2, column 5').waitFor();
    expect(await page.locator('mark').textContent()).toBe(')');
    await page.getByRole('button', { name: 'Go there' }).click();
    await page.keyboard.type('3');
    await result.filter({ hasText: /^7$/ }).waitFor();

    await page.getByLabel('Variables').fill('[1]');
    await page.getByText('This is not a JSON object.').waitFor();
    await holds(dana);
    expect(requests).toEqual([]);
  });

  it('shares what was asked by its address', async () => {
    const { page, context } = dana;
    await page.goto('/design/feel');
    await page.getByRole('button', { name: 'Unary tests' }).click();
    await page.getByRole('textbox', { name: 'Unary tests' }).fill('> limit, < 0');
    await page.getByLabel('Variables').fill('{ "limit": 40 }');
    await page.locator('[data-result]').filter({ hasText: 'true' }).waitFor();
    await page.waitForURL(/limit%22%3A\+40/);

    const other = await context.newPage();
    await other.goto(page.url());
    await other.locator('[data-result]').filter({ hasText: 'true' }).waitFor();
    expect(await other.getByRole('textbox', { name: 'Unary tests' }).inputValue()).toBe('> limit, < 0');
    await other.getByLabel('Value to test').fill('39');
    await other.locator('[data-result]').filter({ hasText: 'false' }).waitFor();
    expect(dana.complaints).toEqual([]);
  });
});

describe('the decision tester', () => {
  it('reads a file, shows which rule matches, and deploys it', async () => {
    const { page } = dana;
    await page.goto('/design');
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'discounts.dmn', mimeType: 'text/xml', buffer: Buffer.from(discount) });
    await page.getByRole('heading', { name: 'Total' }).waitFor();
    const matching = page.locator('tr.hit');
    const result = page.locator('[data-result]');
    await page.getByText('No rule matches').waitFor();

    await page.getByLabel('level').fill('gold');
    await page.getByLabel('amount', { exact: true }).fill('200');
    await matching.filter({ hasText: 'Agreed with sales' }).waitFor();
    await result.filter({ hasText: '170' }).waitFor();
    expect(await matching.count()).toBe(1);
    await page.getByText('Decided before').waitFor();
    await holds(dana);

    await page.getByLabel('level').fill('silver');
    await page.getByLabel('amount', { exact: true }).fill('1000');
    await page.getByText('“Discount” can’t decide').waitFor();
    expect(await matching.count()).toBe(2);

    await page.getByLabel('Decision', { exact: true }).selectOption({ label: 'Discount' });
    await page.getByLabel('amount', { exact: true }).fill('1200');
    await result.filter({ hasText: '10' }).waitFor();
    await page.reload();
    await result.filter({ hasText: '10' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Total' }).count()).toBe(0);

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('discounts.dmn');
    await page.getByRole('button', { name: 'Deploy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('New, becomes version 1').first().waitFor();
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    await page.getByText(/^The decisions of .* are deployed/).waitFor();
    expect(dana.complaints).toEqual([]);
  });

  it('says what is wrong with a file', async () => {
    const { page } = dana;
    await page.goto('/design');
    await page.locator('input[type="file"]').setInputFiles({
      name: 'broken.dmn',
      mimeType: 'text/xml',
      buffer: Buffer.from(discount.replace('(100 - discount)', '(100 - discount')),
    });
    await page.getByText('This can’t be evaluated as it is').waitFor();
    await page.getByText(/total-text · line 1, column \d+/).waitFor();
    await holds(dana);
  });
});
