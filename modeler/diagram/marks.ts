/** What an instance adds to its diagram: tokens, the path taken, incidents, and who does what. */
import { icons, type IconName } from '../ui/icons.js';
import { t } from '../text/en.js';
import { kindOf } from './kinds.js';
import type { DiagramHost } from './diagram-js.js';
import { seenAs } from './planes.js';

/** How often tokens came by an element, and how they are doing. */
export interface ElementMark {
  active: number;
  completed: number;
  terminated: number;
  incident: boolean;
}

/** All marks of one diagram. */
export interface Marks {
  elements: Record<string, ElementMark>;
  /** The flows that were taken; all else is faded. Null where the path is not known: nothing is faded. */
  flows: string[] | null;
  /** Elements whose AI answers were simulated. */
  simulated: string[];
}

const OVERLAY = 'countersign';
const SVG = 'http://www.w3.org/2000/svg';

function iconOf(name: IconName): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', icons[name]);
  svg.append(path);
  return svg;
}

function badge(kind: string, icon: IconName, text: string, title: string): HTMLElement {
  const element = document.createElement('div');
  element.className = `mark ${kind}`;
  element.title = title;
  element.append(iconOf(icon), text);
  return element;
}

/** Says on every task whether an AI agent or a person does it. */
export function showKinds(host: DiagramHost, simulated: readonly string[]): void {
  const overlays = host.get('overlays');
  const kind = { ai: 'ai', human: 'user' } as const;
  for (const element of host.get('elementRegistry').getAll()) {
    const who = kindOf(element);
    if (who !== 'ai' && who !== 'human') continue;
    const pretended = who === 'ai' && simulated.includes(element.id);
    const text = pretended ? t.diagram.aiSimulated : t.kinds[who];
    const html = badge(who, kind[who], text, t.diagram.doneBy[who]);
    html.classList.add('at-end');
    overlays.add(element.id, OVERLAY, { position: { top: -12, right: -6 }, html });
  }
}

function markersOf(mark: ElementMark | undefined): string[] {
  if (!mark) return [];
  if (mark.incident) return ['has-incident'];
  if (mark.active) return ['is-active'];
  return [];
}

function badgesOf(mark: ElementMark): HTMLElement[] {
  const badges: HTMLElement[] = [];
  if (mark.incident) badges.push(badge('incident', 'incident', '', t.diagram.incident));
  else if (mark.active)
    badges.push(badge('active', 'active', String(mark.active), t.diagram.active(mark.active)));
  if (mark.completed) {
    const times = mark.completed > 1 ? String(mark.completed) : '';
    badges.push(badge('completed at-end', 'check', times, t.diagram.completed(mark.completed)));
  } else if (mark.terminated && !mark.active) {
    badges.push(badge('completed at-end', 'stopped', '', t.diagram.terminated));
  }
  return badges;
}

/**
 * The marks of what is seen: what waits inside a collapsed sub-process is a mark of that sub-process, because its own
 * place is on a plane that is not shown.
 */
function seenMarks(host: DiagramHost, marks: Marks): Record<string, ElementMark> {
  const seen: Record<string, ElementMark> = {};
  const hidden: [string, ElementMark][] = [];
  for (const [id, mark] of Object.entries(marks.elements)) {
    const element = seenAs(host, id);
    if (element?.id === id) seen[id] = mark;
    else if (element) hidden.push([element.id, mark]);
  }
  for (const [id, { active, incident }] of hidden) {
    if (!active && !incident) continue;
    const own = seen[id] ?? { active: 0, completed: 0, terminated: 0, incident: false };
    seen[id] = { ...own, active: Math.max(own.active, 1), incident: own.incident || incident };
  }
  return seen;
}

const everyMarker = ['has-incident', 'is-active', 'is-ahead', 'is-taken'];

/** Replaces the marks on a diagram. Without marks the diagram is plain, but for who does what. */
export function showMarks(host: DiagramHost, marks: Marks | null): void {
  const canvas = host.get('canvas');
  const overlays = host.get('overlays');
  overlays.remove({ type: OVERLAY });
  const root = canvas.getRootElement();
  const seen = marks ? seenMarks(host, marks) : {};
  for (const element of host.get('elementRegistry').getAll()) {
    for (const marker of everyMarker) canvas.removeMarker(element.id, marker);
    if (!marks || element === root || element.type === 'bpmn:Participant' || element.type === 'bpmn:Lane')
      continue;
    const id = element.labelTarget?.id ?? element.id;
    const reached = element.waypoints ? marks.flows?.includes(id) : id in seen;
    if (reached && element.waypoints) canvas.addMarker(element.id, 'is-taken');
    if (!reached && marks.flows) canvas.addMarker(element.id, 'is-ahead');
    for (const marker of markersOf(seen[id])) canvas.addMarker(element.id, marker);
  }
  showKinds(host, marks?.simulated ?? []);
  for (const [id, mark] of Object.entries(seen)) {
    if (id === root.id) continue;
    for (const html of badgesOf(mark)) {
      const position: Record<string, number> = html.classList.contains('at-end')
        ? { bottom: 10, right: -6 }
        : { top: -14, left: -10 };
      overlays.add(id, OVERLAY, { position, html });
    }
  }
}
