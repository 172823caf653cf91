/** What goes along with a deployment: the drafts that a diagram names, and what people call the things in them. */
import { readJson } from '@countersign/engine';
import { getModel, listModels, type Model } from '../../api/models.js';

/** A draft that may go along, and whether the deployed diagram names something of it. */
export interface Along {
  readonly draft: Model;
  /** The ids under which others name it: a form's, or those of its decisions. */
  readonly ids: readonly string[];
  readonly used: boolean;
}

/** Every form and decision among the drafts, those that `own` names first. */
export async function draftsAlong(model: Model, own: string, signal?: AbortSignal): Promise<Along[]> {
  if (model.type !== 'bpmn') return [];
  const drafts = (await listModels(signal)).filter(
    ({ type, modelKey }) => type !== 'bpmn' && modelKey !== model.modelKey,
  );
  const named = namedIn(own);
  const full = await Promise.all(drafts.map(({ modelKey }) => getModel(modelKey, signal)));
  return full
    .map((draft): Along => {
      const ids = idsOf(draft);
      return { draft, ids, used: ids.some((id) => named.has(id)) };
    })
    .sort((a, b) => Number(b.used) - Number(a.used) || a.draft.name.localeCompare(b.draft.name));
}

/** The ids of forms and decisions that a diagram names as they are; an expression names none before it runs. */
function namedIn(xml: string): Set<string> {
  const parsed = new DOMParser().parseFromString(xml, 'application/xml');
  const found = new Set<string>();
  for (const element of parsed.getElementsByTagName('*')) {
    for (const attribute of ['formId', 'decisionId']) {
      const id = element.getAttribute(attribute);
      if (id) found.add(id);
    }
  }
  return found;
}

/** The ids under which a draft can be named. */
export function idsOf({ type, content }: Pick<Model, 'type' | 'content'>): string[] {
  if (type === 'dmn') {
    const parsed = new DOMParser().parseFromString(content, 'application/xml');
    return [...parsed.getElementsByTagNameNS('*', 'decision')].map(({ id }) => id).filter(Boolean);
  }
  if (type !== 'form') return [];
  try {
    const parsed: unknown = readJson(content);
    return typeof parsed === 'object' && parsed !== null && 'id' in parsed ? [String(parsed.id)] : [];
  } catch {
    return [];
  }
}

/** What people call each thing of a file, by its id: elements, processes, decisions. */
export function namesIn(xml: string): Map<string, string> {
  const parsed = new DOMParser().parseFromString(xml, 'application/xml');
  const names = new Map<string, string>();
  for (const element of parsed.getElementsByTagName('*')) {
    const id = element.getAttribute('id');
    const name = element.getAttribute('name')?.trim();
    if (id && name) names.set(id, name);
  }
  return names;
}
