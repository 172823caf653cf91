/**
 * What a user task asks of whoever completes it, read from its properties and headers (docs/approvals.md). A header
 * counts before a property of the same name. What is written wrongly is read as strictly as it can be meant, and
 * reported by the rule `approvals`.
 */
import type { ApprovalDefinition, FlowNode, OtherHands } from '../model/process-model.js';

/** The settings of an element by name. */
export function approvalSettings({
  properties,
  userTask,
}: Pick<FlowNode, 'properties' | 'userTask'>): Readonly<Record<string, string>> {
  return { ...properties, ...userTask?.headers };
}

/** Reads the settings of a user task. */
export function readApproval(settings: Readonly<Record<string, string>>): ApprovalDefinition {
  return {
    answer:
      settings.approval === 'true'
        ? { variable: settings.approvalVariable || 'approved', reason: settings.reasonVariable || 'reason' }
        : undefined,
    meaning: settings.signatureMeaning || undefined,
    refusalMeaning: settings.refusalMeaning || undefined,
    reauthenticate: settings.reauthenticate === 'true',
    fourEyes: readFourEyes(settings.fourEyes ?? ''),
  };
}

/** Reads `fourEyes`: `starter`, `deployer` and ids of user tasks, with commas between. */
export function readFourEyes(source: string): OtherHands[] {
  return source
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word): OtherHands => {
      if (word === 'starter' || word === 'deployer') return { kind: word };
      const slash = word.indexOf('/');
      if (slash < 0) return { kind: 'task', processId: undefined, elementId: word };
      return { kind: 'task', processId: word.slice(0, slash), elementId: word.slice(slash + 1) };
    });
}
