/** Duty separation: people who approved something in a case in which they also did something else. */
import type { AuditRow } from '../../../store/queries/audit-rows.js';
import { approvalIn, signatureIn } from '../../approvals.js';
import type { ExportSource } from '../../formats/format.js';
import type { ReportLine, ReportTemplate } from './template.js';

interface Duties {
  readonly started: Set<string>;
  readonly done: Map<string, Set<string>>;
  readonly approved: Map<string, Set<string>>;
  process: string | null;
}

/** Who both did and approved, case by case; a case is a root instance with everything it called. */
export const dutySeparation: ReportTemplate = {
  name: 'duty-separation',
  title: 'Duty separation',
  lead: 'Cases in which one person approved what the same person had started, done or deployed.',
  notes: [
    'A case is a process instance with everything it called. No line means that duties were kept apart.',
  ],
  columns: [
    { key: 'case', name: 'Case', share: 11 },
    { key: 'process', name: 'Process', share: 22 },
    { key: 'who', name: 'Who', share: 22 },
    { key: 'approved', name: 'Approved', share: 26 },
    { key: 'also', name: 'And also', share: 40 },
  ],
  async *lines(source, totals) {
    for (const name of ['Cases looked at', 'Cases with approvals', 'Conflicts']) totals.add(name, 0);
    const deployedBy = await readDeployers(source);
    let root: string | null = null;
    let duties = noDuties();
    let deployers = new Set<string>();
    const finish = async function* (): AsyncGenerator<ReportLine> {
      if (root === null) return;
      totals.add('Cases looked at');
      if (duties.approved.size > 0) totals.add('Cases with approvals');
      for (const [actor, approved] of duties.approved) {
        const also = [
          ...(duties.started.has(actor) ? ['started the case'] : []),
          ...[...(duties.done.get(actor) ?? [])].map((name) => `did “${name}”`),
          ...(deployers.has(actor) ? ['deployed the version that ran'] : []),
        ];
        if (also.length === 0) continue;
        totals.add('Conflicts');
        const who = await source.nameActor(actor);
        yield {
          case: root,
          process: duties.process,
          who,
          approved: [...approved].join(', '),
          also: also.join(', '),
        };
      }
    };
    for await (const rows of source.ofTypes(['element activated', 'user task completed']).byTree()) {
      for (const row of rows) {
        if (row.rootProcessInstanceKey !== root) {
          yield* finish();
          root = row.rootProcessInstanceKey;
          duties = noDuties();
          deployers = new Set();
        }
        source.count(1);
        const deployer = deployedBy.get(row.processDefinitionKey ?? '');
        if (deployer !== undefined) deployers.add(deployer);
        await noteDuty(row, duties, source);
      }
    }
    yield* finish();
  },
};

function noDuties(): Duties {
  return { started: new Set(), done: new Map(), approved: new Map(), process: null };
}

async function noteDuty(row: AuditRow, duties: Duties, { findProcess }: ExportSource): Promise<void> {
  const process = await findProcess(row.processDefinitionKey);
  if (row.type === 'element activated') {
    if (row.elementInstanceKey !== row.rootProcessInstanceKey) return;
    duties.process = process ? `${process.name}, version ${process.version}` : null;
    if (row.actor.startsWith('user:')) duties.started.add(row.actor);
    return;
  }
  const element = row.elementId === null ? undefined : process?.element(row.elementId);
  const answer = approvalIn(row.data, element?.approval ?? null);
  const list = answer?.outcome === 'approved' ? duties.approved : duties.done;
  // Where listeners were asked, the row is of the last one; the signature says who decided.
  const signature = signatureIn(row.data);
  const actor = signature ? `user:${signature.username}` : row.actor;
  const names = list.get(actor) ?? new Set<string>();
  names.add(element?.name ?? row.elementId ?? '');
  list.set(actor, names);
}

/** Who deployed each version, whatever the filter leaves out. */
async function readDeployers(source: ExportSource): Promise<ReadonlyMap<string, string>> {
  const deployers = new Map<string, string>();
  for await (const rows of source.everything(['deployment created']).byPosition()) {
    for (const { actor, data } of rows) {
      const { processes = [] } = data as { processes?: readonly { readonly key: number }[] };
      if (actor.startsWith('user:')) for (const { key } of processes) deployers.set(String(key), actor);
    }
  }
  return deployers;
}
