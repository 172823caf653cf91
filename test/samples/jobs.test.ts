/** What the sample worker answers, job by job. */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { processes } from './sample-cases.js';

interface Outcome {
  readonly says: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly errorCode: string };
}

type Jobs = Readonly<Record<string, (variables: object, jobKey: string) => Outcome>>;

async function load(file: string, name: string): Promise<Jobs> {
  const module = (await import(pathToFileURL(join(processes, file)).href)) as Record<string, Jobs>;
  return module[name];
}

const invoiceJobs = await load('invoice-approval/jobs.mjs', 'invoiceJobs');
const customerJobs = await load('customer-onboarding/jobs.mjs', 'customerJobs');

/** The passport of ICAO Doc 9303, part 4, appendix A: number L898902C3, check digit 6. */
const customer = {
  name: 'Anna Maria Eriksson',
  country: 'DE',
  dateOfBirth: '1974-08-12',
  passportNumber: 'L898902C36',
  monthlyIncome: 3000,
};

describe('the sample worker', () => {
  it('gives the same reference when a job is done twice', () => {
    const invoice = { supplier: 'Northwind', amount: 12, currency: 'EUR', dueDate: null };
    const first = invoiceJobs['pay-invoice'](invoice, '4711');
    expect(invoiceJobs['pay-invoice'](invoice, '4711')).toEqual(first);
    expect(invoiceJobs['pay-invoice'](invoice, '4712').variables).not.toEqual(first.variables);
    expect(first.says).toMatch(/^would pay 12 EUR to Northwind at once/);
  });

  it('verifies a passport number by its check digit', () => {
    expect(customerJobs['check-identity']({ customer }, '1').variables).toEqual({
      identity: { verified: true, findings: [] },
    });
    const forged = { ...customer, passportNumber: 'L898902C37' };
    expect(customerJobs['check-identity']({ customer: forged }, '1').variables).toEqual({
      identity: { verified: false, findings: ['the check digit of the passport number is wrong'] },
    });
  });

  it('does not verify a child', () => {
    const child = { ...customer, dateOfBirth: `${String(new Date().getUTCFullYear() - 10)}-01-01` };
    expect(customerJobs['check-identity']({ customer: child }, '1').variables).toEqual({
      identity: { verified: false, findings: ['the customer is under 18'] },
    });
  });

  it.each([
    [6000, 'good'],
    [15000, 'fair'],
    [15001, 'poor'],
  ])('rates a limit of %d with an income of 3000 as %s', (requestedLimit, rating) => {
    expect(customerJobs['check-credit']({ customer, requestedLimit }, '1').variables).toMatchObject({
      credit: { rating },
    });
  });

  it('throws a BPMN error where there is no credit data', () => {
    const outcome = customerJobs['check-credit'](
      { customer: { ...customer, country: 'NO' }, requestedLimit: 1 },
      '1',
    );
    expect(outcome.error?.errorCode).toBe('NO_CREDIT_DATA');
    const model = readFileSync(join(processes, 'customer-onboarding', 'customer-onboarding.bpmn'), 'utf8');
    expect(model).toContain('errorCode="NO_CREDIT_DATA"');
  });

  it('does every job that the samples name, but the agent’s', () => {
    const files = ['invoice-approval', 'customer-onboarding', 'leave-request'];
    const types = files.flatMap((name) => {
      const model = readFileSync(join(processes, name, `${name}.bpmn`), 'utf8');
      return [...model.matchAll(/<zeebe:taskDefinition type="([^"]+)"/g)].map(([, type]) => type);
    });
    const wanted = types.filter((type) => !type.startsWith('io.camunda.agenticai:'));
    expect(wanted.length).toBeGreaterThan(5);
    expect(wanted.filter((type) => !(type in invoiceJobs) && !(type in customerJobs))).toEqual([]);
  });
});
