/** One process instance in a report: where it went, who decided what and why, which models were asked, what it ended with. */
import { printedName } from '../approvals.js';
import type { NameActor } from '../people.js';
import { COLOURS } from './colours.js';
import type { Diagram } from './diagram.js';
import { drawDiagram } from './draw-diagram.js';
import { DOER_LOOKS, drawDoer } from './marks.js';
import { badge, facts, heading, paragraph } from './parts.js';
import type { Sheet } from './sheet.js';
import { utc } from './sheet.js';
import type { Decision, ModelCall, Story } from './story.js';
import { beginTable } from './table.js';
import { ERASED, countText, durationText, moneyText, valueText } from './values.js';

const STATES = {
  active: { word: 'running', colour: COLOURS.accent, soft: COLOURS.accentSoft },
  completed: { word: 'completed', colour: COLOURS.ok, soft: COLOURS.okSoft },
  terminated: { word: 'terminated', colour: COLOURS.danger, soft: COLOURS.dangerSoft },
};

/** The title of an instance's part. */
export function titleOf({ process, key }: Story): string {
  return `${process?.name ?? 'Unknown process'} · ${key}`;
}

/** Sets the part of one instance; it begins a page. Answers after the names of its people are known. */
export async function setInstance(
  sheet: Sheet,
  story: Story,
  diagram: Diagram | null,
  nameActor: NameActor,
): Promise<void> {
  sheet.turn();
  sheet.part(titleOf(story), `${STATES[story.state].word}, started ${utc(story.startedAt)}`);
  heading(sheet, titleOf(story), 1);
  const { word, colour, soft } = STATES[story.state];
  badge(sheet, word, colour, soft, sheet.left, sheet.y);
  sheet.gap(20);
  await setFacts(sheet, story, nameActor);

  heading(sheet, 'Path', 2);
  if (diagram) drawDiagram(sheet, diagram, story.path);
  else
    paragraph(
      sheet,
      'The file of this version draws no diagram of the process; its steps are listed below.',
      true,
    );

  await setDecisions(sheet, story.decisions, nameActor);
  setCalls(sheet, story.calls);
  setEvaluations(sheet, story);
  await setIncidents(sheet, story, nameActor);
  await setSteps(sheet, story, nameActor);
  setVariables(sheet, story);
  if (story.leftOut > 0) {
    paragraph(
      sheet,
      `${countText(story.leftOut)} further entries were too many for this page; the exports of rows have all of them.`,
      true,
    );
  }
}

async function setFacts(sheet: Sheet, story: Story, nameActor: NameActor): Promise<void> {
  const { process } = story;
  const lasted = story.endedAt === null ? null : Date.parse(story.endedAt) - Date.parse(story.startedAt);
  facts(sheet, [
    [
      'Process',
      process
        ? `${process.processId}, version ${process.version}`
        : `definition ${story.definitionKey ?? ''}, which is not there any more`,
    ],
    ['Process instance', story.key],
    ...(story.parentKey === null ? [] : [['Called by', story.parentKey] as const]),
    ...(story.businessId === null ? [] : [['Business id', story.businessId] as const]),
    ['Started', `${utc(story.startedAt)} by ${await nameActor(story.startedBy)}`],
    [
      'Ended',
      story.endedAt === null
        ? 'It had not ended when this report was made'
        : `${utc(story.endedAt)}, after ${durationText(lasted ?? 0)}`,
    ],
    ['Rows of the journal', countText(story.rows)],
  ]);
}

async function setDecisions(
  sheet: Sheet,
  decisions: readonly Decision[],
  nameActor: NameActor,
): Promise<void> {
  if (decisions.length === 0) return;
  heading(sheet, 'What people decided', 2);
  for (const decision of decisions) {
    const { approval } = decision;
    const look =
      approval === null
        ? { word: 'completed', colour: COLOURS.human, soft: COLOURS.humanSoft }
        : approval.outcome === 'approved'
          ? { word: 'approved', colour: COLOURS.ok, soft: COLOURS.okSoft }
          : { word: 'refused', colour: COLOURS.danger, soft: COLOURS.dangerSoft };
    sheet.need(70);
    drawDoer(sheet.pdf, 'human', sheet.left, sheet.y + 1, 11);
    const wide = badge(sheet, look.word, look.colour, look.soft, sheet.left + 18, sheet.y - 0.5);
    const title = { size: 10, bold: true };
    sheet.text(decision.name, title, { x: sheet.left + 26 + wide });
    sheet.gap(4);
    facts(sheet, [
      ['Who', decision.signature ? printedName(decision.signature) : await nameActor(decision.actor)],
      ['When', utc(decision.at)],
      ...(decision.askedAt === null
        ? []
        : [
            [
              'Asked',
              `${utc(decision.askedAt)}, ${durationText(Date.parse(decision.at) - Date.parse(decision.askedAt))} before${decision.askedOf ? `, of ${decision.askedOf}` : ''}`,
            ] as const,
          ]),
      ['Meaning', meaningOf(decision)],
      ...signedRecord(decision),
      ...(approval?.reason ? [['Reason given', approval.reason] as const] : []),
      ...givenBy(decision),
    ]);
    sheet.gap(8);
  }
}

/** What the signature stands for, in words (21 CFR 11.50). */
function meaningOf({ approval, signature }: Decision): string {
  const word = approval?.outcome === 'approved' ? 'Approval' : 'Refusal';
  const outcome =
    approval === null
      ? 'The task was done and its result handed to the process'
      : `${word}: the process goes on with ${approval.answer} = ${approval.outcome === 'approved'}`;
  return signature && signature.meaning !== word ? `${signature.meaning}. ${outcome}` : outcome;
}

/** What the signature is bound to (21 CFR 11.70). */
function signedRecord({ signature }: Decision): [string, string][] {
  if (!signature) return [];
  const { record, reauthenticated } = signature as Partial<NonNullable<Decision['signature']>>;
  return [
    ['Signed', reauthenticated ? 'with the password given again' : 'in a session that was open'],
    ['Record', record === undefined ? ERASED : `SHA-256 ${record}`],
  ];
}

function givenBy({ given, approval }: Decision): [string, string][] {
  if (typeof given !== 'object' || given === null) return [];
  return Object.entries(given)
    .filter(([name]) => name !== approval?.answer && name !== 'reason')
    .map(([name, value]) => [`Gave ${name}`, valueText(value)]);
}

function setCalls(sheet: Sheet, calls: readonly ModelCall[]): void {
  if (calls.length === 0) return;
  heading(sheet, 'What models were asked', 2);
  const table = beginTable(sheet, [
    { name: 'When (UTC)', share: 24 },
    { name: 'Element', share: 16 },
    { name: 'Model', share: 18 },
    { name: 'Tokens', share: 11, right: true },
    { name: 'Cost', share: 11, right: true },
    { name: 'Took', share: 8, right: true },
    { name: 'Answer', share: 32 },
  ]);
  for (const call of calls) {
    const sure = call.confidence === null ? '' : ` (confidence ${call.confidence})`;
    table.row([
      { text: plain(call.at), mark: (x, y) => drawDoer(sheet.pdf, 'ai', x, y, 8) },
      call.name,
      call.simulated
        ? 'simulated: no model was asked'
        : `${call.model}${call.provider ? ` (${call.provider})` : ''}`,
      `${call.tokensIn ?? '–'} / ${call.tokensOut ?? '–'}`,
      call.cost ? moneyText(call.cost.amount, call.cost.currency) : '–',
      call.latencyMs === null ? '–' : durationText(call.latencyMs),
      call.outcome === 'answered' ? `${valueText(call.result)}${sure}` : call.outcome,
    ]);
  }
}

function setEvaluations(sheet: Sheet, { evaluations }: Story): void {
  if (evaluations.length === 0) return;
  heading(sheet, 'What decision tables decided', 2);
  const table = beginTable(sheet, [
    { name: 'When (UTC)', share: 20 },
    { name: 'Element', share: 20 },
    { name: 'Decision', share: 25 },
    { name: 'Result', share: 45 },
  ]);
  for (const one of evaluations) {
    table.row([
      plain(one.at),
      one.name,
      `${one.decision}, version ${one.version}`,
      one.failure === null
        ? valueText(one.output)
        : { text: `could not decide: ${one.failure}`, colour: COLOURS.danger },
    ]);
  }
}

async function setIncidents(sheet: Sheet, { incidents }: Story, nameActor: NameActor): Promise<void> {
  if (incidents.length === 0) return;
  heading(sheet, 'Incidents', 2);
  const table = beginTable(sheet, [
    { name: 'When (UTC)', share: 20 },
    { name: 'Element', share: 20 },
    { name: 'What happened', share: 45 },
    { name: 'Resolved', share: 25 },
  ]);
  for (const { at, name, message, resolvedAt, resolvedBy } of incidents) {
    const end =
      resolvedAt === null
        ? { text: 'still open', bold: true, colour: COLOURS.danger }
        : `${plain(resolvedAt)} by ${await nameActor(resolvedBy ?? '')}`;
    table.row([plain(at), name, message || '–', end]);
  }
}

async function setSteps(sheet: Sheet, { steps }: Story, nameActor: NameActor): Promise<void> {
  heading(sheet, 'Steps', 2);
  if (steps.length === 0) return paragraph(sheet, 'No step was done yet.', true);
  const table = beginTable(sheet, [
    { name: 'When (UTC)', share: 20 },
    { name: 'Step', share: 38 },
    { name: 'What', share: 12 },
    { name: 'Done by', share: 14 },
    { name: 'Actor', share: 26 },
  ]);
  for (const { at, name, what, actor, doer } of steps) {
    const { colour, word } = DOER_LOOKS[doer];
    const by = {
      text: word,
      colour,
      bold: true,
      mark: (x: number, y: number) => drawDoer(sheet.pdf, doer, x, y, 8),
    };
    table.row([plain(at), name, what, by, await nameActor(actor)]);
  }
}

function setVariables(sheet: Sheet, { variables }: Story): void {
  if (variables.size === 0) return;
  heading(sheet, 'Variables of the instance, as they stood last', 2);
  const table = beginTable(sheet, [
    { name: 'Name', share: 25 },
    { name: 'Value', share: 80 },
  ]);
  for (const [name, value] of [...variables].sort(([one], [other]) => (one < other ? -1 : 1)))
    table.row([name, valueText(value)]);
}

/** A moment in a column that names the zone in its head. */
function plain(at: string): string {
  return at.slice(0, 19).replace('T', ' ');
}
