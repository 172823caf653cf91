/** From audit rows, elements and incidents to the marks on the diagram and the lines of the timeline. */
import type { AuditRow } from '../../api/audit.js';
import type { ElementFigures, ElementInstance, ProcessInstance } from '../../api/instances.js';
import type { Change, PastState } from '../../api/operating.js';
import type { ElementMark, Marks } from '../../diagram/marks.js';
import { t } from '../../text/en.js';

function field(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined;
}

/** Whether an audit row tells of a simulated AI answer. */
export function isSimulated(row: AuditRow): boolean {
  return field(row.data, 'simulated') === true;
}

/** What one instance is called in a sentence. */
export function nameOf(instance: ProcessInstance): string {
  const { processDefinitionName, processDefinitionId, processInstanceKey } = instance;
  return t.instance.called(processDefinitionName || processDefinitionId, processInstanceKey);
}

/**
 * The marks of an instance on its diagram, from the server's figures. `instances` say which call activities something
 * is stuck below, and `rows` which answers were simulated.
 */
export function marksOf(
  figures: ElementFigures[],
  flows: string[],
  instances: ElementInstance[],
  rows: AuditRow[],
): Marks {
  const stuck = new Set(instances.filter((one) => one.hasIncident).map(({ elementId }) => elementId));
  const elements = Object.fromEntries(
    figures.map(({ elementId, active, completed, canceled, incidents }): [string, ElementMark] => [
      elementId,
      {
        active: active + incidents,
        completed,
        terminated: canceled,
        incident: incidents > 0 || stuck.has(elementId),
      },
    ]),
  );
  const simulated = rows.filter((row) => isSimulated(row)).map((row) => row.elementId ?? '');
  return { elements, flows, simulated: [...new Set(simulated)] };
}

const none: ElementMark = { active: 0, completed: 0, terminated: 0, incident: false };

/** The marks of an instance as it was: `rows` are those up to that moment, `state` is what the server rebuilt. */
export function pastMarks(state: PastState, rows: AuditRow[], instanceKey: string): Marks {
  const marks: Record<string, ElementMark> = {};
  const at = (id: string): ElementMark => (marks[id] ??= { ...none });
  for (const row of rows) {
    if (!row.elementId) continue;
    if (row.type === 'element activated') at(row.elementId);
    if (row.type === 'element completed') at(row.elementId).completed++;
    if (row.type === 'element terminated') at(row.elementId).terminated++;
  }
  for (const element of state.elements) {
    if (element.processInstanceKey !== instanceKey) continue;
    const mark = at(element.elementId);
    mark.active++;
    if (element.incidentKey) mark.incident = true;
  }
  const taken = rows
    .filter((row) => row.type === 'flow taken')
    .map((row) => row.flowId ?? row.elementId ?? '');
  return { elements: marks, flows: [...new Set(taken)], simulated: [] };
}

/** The marks of an instance as they would be with changes that are not applied yet. */
export function changedMarks(marks: Marks, changes: readonly Change[]): Marks {
  const elements = { ...marks.elements };
  for (const change of changes) {
    const from = elements[change.elementId] ?? none;
    const left = { ...from, active: 0, incident: false };
    if (change.kind === 'add') elements[change.elementId] = { ...from, active: from.active + 1 };
    else elements[change.elementId] = left;
    if (change.kind !== 'move') continue;
    const to = elements[change.to] ?? none;
    elements[change.to] = { ...to, active: to.active + (marks.elements[change.elementId]?.active ?? 0) };
  }
  return { ...marks, elements };
}

/** Job types that begin like this are done by AI agents. */
const AGENT_JOBS = 'io.camunda.agenticai:';

/** Who does the work of an instance's elements, by element id; what is not in it is done by systems. */
export function kindsOf(elements: ElementInstance[], rows: AuditRow[]): Map<string, 'ai' | 'human'> {
  const kinds = new Map<string, 'ai' | 'human'>();
  for (const element of elements) {
    if (element.type === 'USER_TASK' || element.type === 'MANUAL_TASK') kinds.set(element.elementId, 'human');
  }
  for (const row of rows) {
    const agent = row.type === 'job created' && String(field(row.data, 'jobType')).startsWith(AGENT_JOBS);
    if (row.elementId && (agent || row.type.startsWith('model call'))) kinds.set(row.elementId, 'ai');
  }
  return kinds;
}
