/** The marks of who did something, and what tells BPMN's tasks and events apart: drawn, so that no colour has to. */
import type { Doer } from '../filter.js';
import { COLOURS } from './colours.js';
import type { Pdf } from './typesetting.js';

/** How each doer looks. */
export const DOER_LOOKS: Readonly<
  Record<Doer, { readonly colour: string; readonly soft: string; readonly word: string }>
> = {
  ai: { colour: COLOURS.ai, soft: COLOURS.aiSoft, word: 'AI' },
  human: { colour: COLOURS.human, soft: COLOURS.humanSoft, word: 'Person' },
  system: { colour: COLOURS.system, soft: COLOURS.systemSoft, word: 'System' },
};

/** Draws the mark of a doer into a square: a star for AI, a head and shoulders for people, a cog for systems. */
export function drawDoer(
  pdf: Pdf,
  doer: Doer,
  x: number,
  y: number,
  size: number,
  colour = DOER_LOOKS[doer].colour,
): void {
  pdf
    .save()
    .translate(x, y)
    .scale(size / 16);
  if (doer === 'ai') star(pdf, colour);
  else if (doer === 'human') person(pdf, colour);
  else cog(pdf, colour);
  pdf.restore();
}

function star(pdf: Pdf, colour: string): void {
  pdf.path('M8 0.5 L10 6 L15.5 8 L10 10 L8 15.5 L6 10 L0.5 8 L6 6 Z').fill(colour);
}

function person(pdf: Pdf, colour: string): void {
  pdf.circle(8, 4.4, 3.4).fill(colour);
  pdf.path('M1.5 15 C1.5 11 4 9 8 9 C12 9 14.5 11 14.5 15 Z').fill(colour);
}

function cog(pdf: Pdf, colour: string): void {
  const teeth = Array.from({ length: 16 }, (_, place) => {
    const angle = (place * Math.PI) / 8 - Math.PI / 16;
    const radius = Math.floor(place / 1) % 2 === 0 ? 7.5 : 5.6;
    return [8 + radius * Math.cos(angle), 8 + radius * Math.sin(angle)];
  });
  pdf.polygon(...(teeth as [number, number][])).fill(colour);
  pdf.circle(8, 8, 2.4).fill(COLOURS.paper);
}

/** Draws what triggers an event into its circle; a throwing one is filled. */
export function drawTrigger(
  pdf: Pdf,
  trigger: string,
  x: number,
  y: number,
  radius: number,
  throws: boolean,
  ink: string,
): void {
  const draw = TRIGGERS[trigger];
  if (!draw) return;
  pdf
    .save()
    .translate(x, y)
    .scale(radius / 10)
    .lineWidth(0.9)
    .lineJoin('round');
  draw(pdf, throws ? ink : COLOURS.paper, ink);
  pdf.restore();
}

type Draw = (pdf: Pdf, fill: string, ink: string) => void;

/** Around the middle of the circle, whose radius is ten. */
const TRIGGERS: Readonly<Record<string, Draw | undefined>> = {
  timer(pdf, _fill, ink) {
    pdf.circle(0, 0, 5.6).fillAndStroke(COLOURS.paper, ink);
    pdf.moveTo(0, -4).lineTo(0, 0).lineTo(2.6, 1.4).stroke(ink);
  },
  message(pdf, fill, ink) {
    pdf.rect(-5, -3.5, 10, 7).fillAndStroke(fill, ink);
    pdf
      .moveTo(-5, -3.5)
      .lineTo(0, 0.6)
      .lineTo(5, -3.5)
      .stroke(fill === ink ? COLOURS.paper : ink);
  },
  error: (pdf, fill, ink) => pdf.path('M-5 5 L-2 -4.5 L2 2 L5 -5 L2.4 5 L-1.6 -1 Z').fillAndStroke(fill, ink),
  signal: (pdf, fill, ink) => pdf.polygon([0, -5.4], [5, 3.6], [-5, 3.6]).fillAndStroke(fill, ink),
  escalation: (pdf, fill, ink) =>
    pdf.polygon([0, -5.4], [4.4, 4.6], [0, 0.8], [-4.4, 4.6]).fillAndStroke(fill, ink),
  conditional(pdf, _fill, ink) {
    pdf.rect(-3.8, -5, 7.6, 10).fillAndStroke(COLOURS.paper, ink);
    for (const y of [-3, -1, 1, 3]) pdf.moveTo(-2.4, y).lineTo(2.4, y).stroke(ink);
  },
  link: (pdf, fill, ink) =>
    pdf.path('M-5 -2 L1 -2 L1 -4.6 L5.4 0 L1 4.6 L1 2 L-5 2 Z').fillAndStroke(fill, ink),
  compensate(pdf, fill, ink) {
    pdf.polygon([-0.4, -4], [-0.4, 4], [-5.4, 0]).fillAndStroke(fill, ink);
    pdf.polygon([4.8, -4], [4.8, 4], [-0.2, 0]).fillAndStroke(fill, ink);
  },
  cancel: (pdf, _fill, ink) => {
    pdf.lineWidth(2).moveTo(-4, -4).lineTo(4, 4).stroke(ink);
    pdf.moveTo(4, -4).lineTo(-4, 4).stroke(ink);
  },
  terminate: (pdf, _fill, ink) => pdf.circle(0, 0, 6).fill(ink),
  multiple: (pdf, fill, ink) =>
    pdf.polygon([0, -5.6], [5.4, -1.6], [3.4, 4.8], [-3.4, 4.8], [-5.4, -1.6]).fillAndStroke(fill, ink),
};
