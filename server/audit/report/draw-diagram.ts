/**
 * Draws a diagram with the path that was taken: what was reached stands in ink, what was not in grey; who did a step is
 * told by its colour and by the mark at its corner. Nothing is told by colour alone.
 */
import type { Doer } from '../filter.js';
import { COLOURS } from './colours.js';
import type { Box, Diagram, Edge, Shape } from './diagram.js';
import { DOER_LOOKS, drawDoer, drawTrigger } from './marks.js';
import type { Sheet } from './sheet.js';
import { LINE } from './typesetting.js';
import type { Pdf, TextStyle } from './typesetting.js';

/** What became of the elements and flows of a diagram. */
export interface Path {
  /** How often each element was entered. */
  readonly entered: ReadonlyMap<string, number>;
  /** How often each sequence flow was taken. */
  readonly taken: ReadonlyMap<string, number>;
  /** Elements in which the instance still stood. */
  readonly waiting: ReadonlySet<string>;
  readonly incidents: ReadonlySet<string>;
  readonly doneBy: ReadonlyMap<string, Doer>;
}

/** Size of labels in the units of the diagram: as bpmn.io draws them. */
const LABEL = 11;
const LEGEND = 22;

/** The scale at which a diagram is drawn into a width and height: never larger than it is. */
function scaleFor({ bounds }: Diagram, width: number, height: number): number {
  return Math.min(0.8, width / (bounds.width + 12), height / (bounds.height + 12));
}

/** Draws the diagram at the cursor, on a page in landscape where it would be too small to read otherwise. */
export function drawDiagram(sheet: Sheet, diagram: Diagram, path: Path): void {
  const { bounds } = diagram;
  const upright = scaleFor(diagram, sheet.width, 560);
  const isWide = upright < 0.5 && bounds.width > bounds.height;
  if (isWide) sheet.turn('landscape');
  let scale = scaleFor(diagram, sheet.width, isWide ? sheet.rest() - LEGEND - 30 : 560);
  const height = (bounds.height + 12) * scale;
  if (sheet.rest() < height + LEGEND) {
    const shrunk = scaleFor(diagram, sheet.width, sheet.rest() - LEGEND);
    // A little smaller on this page is better than a page that is half empty.
    if (shrunk > scale * 0.75) scale = shrunk;
    else sheet.turn();
  }
  const { pdf } = sheet;
  const shift = Math.max(0, (sheet.width - (bounds.width + 12) * scale) / 2);
  pdf
    .save()
    .translate(sheet.left + shift, sheet.y)
    .scale(scale)
    .translate(6 - bounds.x, 6 - bounds.y);
  for (const shape of diagram.shapes.filter(isFrame)) drawFrame(sheet, shape, path);
  for (const edge of diagram.edges) if (!path.taken.has(edge.id)) drawEdge(sheet, edge, path);
  for (const edge of diagram.edges) if (path.taken.has(edge.id)) drawEdge(sheet, edge, path);
  for (const shape of diagram.shapes) if (!isFrame(shape)) drawShape(sheet, shape, path);
  pdf.restore();
  sheet.y += (bounds.height + 12) * scale + 6;
  drawLegend(sheet);
  if (isWide) sheet.turn();
}

const FRAMES = new Set(['participant', 'lane', 'group']);
const CONTAINERS = new Set(['subProcess', 'transaction', 'adHocSubProcess']);

/** What other shapes stand in. */
function isFrame({ type, isExpanded }: Shape): boolean {
  return FRAMES.has(type) || (CONTAINERS.has(type) && isExpanded);
}

interface Look {
  readonly ink: string;
  readonly fill: string;
  readonly line: number;
}

function lookOf({ id }: Shape, path: Path): Look {
  if (!path.entered.has(id)) return { ink: COLOURS.faint, fill: COLOURS.paper, line: 1.2 };
  const doer = path.doneBy.get(id);
  return doer
    ? { ink: DOER_LOOKS[doer].colour, fill: DOER_LOOKS[doer].soft, line: 2 }
    : { ink: COLOURS.ink, fill: COLOURS.paper, line: 2 };
}

function drawFrame(sheet: Sheet, shape: Shape, path: Path): void {
  const { pdf, type } = sheet;
  const { x, y, width, height } = shape;
  if (shape.type === 'participant' || shape.type === 'lane') {
    pdf.rect(x, y, width, height).lineWidth(1).fillAndStroke(COLOURS.paper, COLOURS.faint);
    const style: TextStyle = { size: LABEL, colour: COLOURS.text2 };
    if (!shape.isHorizontal)
      return drawLines(sheet, type.lines(shape.name, style, width - 8), style, x + 4, y + 8, width - 8);
    if (shape.type === 'participant')
      pdf
        .moveTo(x + 30, y)
        .lineTo(x + 30, y + height)
        .stroke(COLOURS.faint);
    pdf.save().rotate(-90, { origin: [x + 15, y + height / 2] });
    const line = type.cut(shape.name, style, height - 8);
    type.draw(line, style, x + 15 - type.width(line, style) / 2, y + height / 2 - (LABEL * LINE) / 2);
    pdf.restore();
    return;
  }
  const look = lookOf(shape, path);
  pdf.lineWidth(look.line);
  if (shape.isEventSubProcess || shape.type === 'group') pdf.dash(6, { space: 4 });
  pdf.roundedRect(x, y, width, height, 8).fillAndStroke(COLOURS.paper, look.ink).undash();
  if (shape.type === 'transaction') pdf.roundedRect(x + 4, y + 4, width - 8, height - 8, 6).stroke(look.ink);
  const style: TextStyle = { size: LABEL, colour: path.entered.has(shape.id) ? COLOURS.ink : COLOURS.text3 };
  drawLines(sheet, [type.cut(shape.name, style, width - 16)], style, x, y + 6, width);
}

function drawShape(sheet: Sheet, shape: Shape, path: Path): void {
  const { pdf } = sheet;
  const look = lookOf(shape, path);
  pdf.lineWidth(look.line).lineJoin('round');
  if (shape.type.endsWith('Event')) drawEvent(pdf, shape, look);
  else if (shape.type.endsWith('Gateway')) drawGateway(pdf, shape, look);
  else if (shape.type === 'textAnnotation') drawAnnotation(sheet, shape);
  else if (shape.type.startsWith('data')) drawData(pdf, shape);
  else drawActivity(sheet, shape, look, path);
  const isTitled =
    shape.type.endsWith('Event') || shape.type.endsWith('Gateway') || shape.type.startsWith('data');
  const colour = path.entered.has(shape.id) ? COLOURS.ink : COLOURS.text3;
  if (isTitled && shape.name) drawLabel(sheet, shape.name, shape.label ?? below(shape), colour);
  drawState(sheet, shape, path);
}

function drawActivity(sheet: Sheet, shape: Shape, look: Look, path: Path): void {
  const { pdf, type } = sheet;
  const { x, y, width, height, id } = shape;
  pdf.lineWidth(shape.type === 'callActivity' ? look.line * 2 : look.line);
  pdf.roundedRect(x, y, width, height, 10).fillAndStroke(look.fill, look.ink);
  const doer = path.doneBy.get(id);
  if (doer) drawDoer(pdf, doer, x + 6, y + 6, 13);
  if (shape.loop !== null || !shape.isExpanded) drawMarkers(pdf, shape, look.ink);
  const style: TextStyle = {
    size: LABEL,
    colour: path.entered.has(id) ? COLOURS.ink : COLOURS.text3,
    bold: path.entered.has(id),
  };
  const most = Math.max(1, Math.floor((height - 14) / (LABEL * LINE)));
  const lines = type.lines(shape.name, style, width - 12);
  const shown =
    lines.length <= most
      ? lines
      : [...lines.slice(0, most - 1), type.cut(lines.slice(most - 1).join(' '), style, width - 12)];
  const high = shown.length * LABEL * LINE;
  // The name stands in the middle, but not over the mark at the corner.
  const top = Math.max(y + (height - high) / 2, doer ? y + 19 : y + 4);
  drawLines(sheet, shown, style, x + 6, Math.min(top, y + height - high - 2), width - 12);
}

function drawMarkers(pdf: Pdf, { x, y, width, height, loop, isExpanded }: Shape, ink: string): void {
  const middle = x + width / 2;
  const base = y + height - 5;
  pdf.lineWidth(1.4);
  if (!isExpanded) {
    pdf.rect(middle - 6, base - 12, 12, 12).stroke(ink);
    pdf
      .moveTo(middle, base - 10)
      .lineTo(middle, base - 2)
      .moveTo(middle - 4, base - 6)
      .lineTo(middle + 4, base - 6)
      .stroke(ink);
  }
  const at = isExpanded ? middle : middle - 18;
  if (loop === 'parallel')
    for (const off of [-4, 0, 4])
      pdf
        .moveTo(at + off, base - 10)
        .lineTo(at + off, base)
        .stroke(ink);
  if (loop === 'sequential')
    for (const off of [-8, -5, -2])
      pdf
        .moveTo(at - 5, base + off)
        .lineTo(at + 5, base + off)
        .stroke(ink);
  if (loop === 'standard') pdf.path(`M${at - 3} ${base} A5 5 0 1 1 ${at + 3} ${base}`).stroke(ink);
}

function drawEvent(pdf: Pdf, shape: Shape, { ink, line }: Look): void {
  const radius = shape.width / 2;
  const x = shape.x + radius;
  const y = shape.y + shape.height / 2;
  const isEnd = shape.type === 'endEvent';
  const isMiddle = shape.type.startsWith('intermediate') || shape.type === 'boundaryEvent';
  if (!shape.interrupts) pdf.dash(3.5, { space: 2.5 });
  pdf
    .circle(x, y, radius)
    .lineWidth(isEnd ? line * 1.8 : line)
    .fillAndStroke(COLOURS.paper, ink);
  if (isMiddle)
    pdf
      .circle(x, y, radius - 3.2)
      .lineWidth(line * 0.7)
      .stroke(ink);
  pdf.undash();
  const throws = isEnd || shape.type === 'intermediateThrowEvent';
  if (shape.trigger) drawTrigger(pdf, shape.trigger, x, y, radius * 0.92, throws, ink);
}

function drawGateway(pdf: Pdf, { x, y, width, height, type }: Shape, { ink, fill }: Look): void {
  const [middle, centre] = [x + width / 2, y + height / 2];
  pdf.polygon([middle, y], [x + width, centre], [middle, y + height], [x, centre]).fillAndStroke(fill, ink);
  const r = width * 0.2;
  pdf.lineWidth(width * 0.06);
  if (type === 'exclusiveGateway' || type === 'complexGateway') {
    pdf
      .moveTo(middle - r * 0.8, centre - r)
      .lineTo(middle + r * 0.8, centre + r)
      .stroke(ink);
    pdf
      .moveTo(middle + r * 0.8, centre - r)
      .lineTo(middle - r * 0.8, centre + r)
      .stroke(ink);
  }
  if (type === 'parallelGateway' || type === 'complexGateway') {
    pdf
      .moveTo(middle, centre - r * 1.2)
      .lineTo(middle, centre + r * 1.2)
      .stroke(ink);
    pdf
      .moveTo(middle - r * 1.2, centre)
      .lineTo(middle + r * 1.2, centre)
      .stroke(ink);
  }
  if (type === 'inclusiveGateway') pdf.circle(middle, centre, r * 1.1).stroke(ink);
  if (type === 'eventBasedGateway') {
    pdf
      .circle(middle, centre, r * 1.4)
      .lineWidth(1)
      .stroke(ink);
    drawTrigger(pdf, 'multiple', middle, centre, r * 1.6, false, ink);
  }
}

function drawAnnotation(sheet: Sheet, { x, y, width, height, name }: Shape): void {
  sheet.pdf
    .moveTo(x + 10, y)
    .lineTo(x, y)
    .lineTo(x, y + height)
    .lineTo(x + 10, y + height)
    .lineWidth(1)
    .stroke(COLOURS.faint);
  const style: TextStyle = { size: LABEL, colour: COLOURS.text3 };
  drawLines(sheet, sheet.type.lines(name, style, width - 8), style, x + 6, y + 4, null);
}

function drawData(pdf: Pdf, { x, y, width, height, type }: Shape): void {
  pdf.lineWidth(1.2);
  if (type === 'dataStoreReference') pdf.roundedRect(x, y, width, height, 8).stroke(COLOURS.faint);
  else
    pdf
      .polygon([x, y], [x + width - 10, y], [x + width, y + 10], [x + width, y + height], [x, y + height])
      .stroke(COLOURS.faint);
}

/** What a shape says beyond its path: how often, still waiting, an incident. */
function drawState(sheet: Sheet, { id, x, y, width }: Shape, path: Path): void {
  const times = path.entered.get(id) ?? 0;
  const words = [
    ...(path.incidents.has(id)
      ? [{ text: 'incident', colour: COLOURS.danger, soft: COLOURS.dangerSoft }]
      : []),
    ...(path.waiting.has(id)
      ? [{ text: 'waits here', colour: COLOURS.accent, soft: COLOURS.accentSoft }]
      : []),
    ...(times > 1 ? [{ text: `${times}×`, colour: COLOURS.ink, soft: COLOURS.systemSoft }] : []),
  ];
  let right = x + width + 6;
  for (const { text, colour, soft } of words) {
    const style: TextStyle = { size: 9, bold: true, colour };
    const wide = sheet.type.width(text, style) + 8;
    sheet.pdf
      .roundedRect(right - wide, y - 9, wide, 15, 7)
      .lineWidth(1)
      .fillAndStroke(soft, colour);
    sheet.type.draw(text, style, right - wide + 4, y - 8);
    right -= wide + 3;
  }
}

function drawEdge(sheet: Sheet, edge: Edge, path: Path): void {
  const { pdf } = sheet;
  const isTaken = path.taken.has(edge.id);
  const colour = isTaken ? COLOURS.accent : COLOURS.faint;
  const isFlow = edge.type === 'sequenceFlow';
  const [first, ...others] = edge.points;
  if (edge.type === 'messageFlow') pdf.dash(6, { space: 4 });
  else if (!isFlow) pdf.dash(1.5, { space: 3 });
  pdf
    .lineWidth(isTaken ? 3 : 1.4)
    .lineJoin('round')
    .moveTo(first.x, first.y);
  for (const { x, y } of others) pdf.lineTo(x, y);
  pdf.stroke(colour).undash();
  const last = edge.points[edge.points.length - 1];
  const before = edge.points[edge.points.length - 2];
  const angle = (Math.atan2(last.y - before.y, last.x - before.x) * 180) / Math.PI;
  if (isFlow || edge.type === 'messageFlow') {
    const long = isTaken ? 12 : 9;
    pdf.save().translate(last.x, last.y).rotate(angle);
    pdf
      .polygon([0.5, 0], [-long, -long * 0.45], [-long, long * 0.45])
      .lineWidth(1)
      .fillAndStroke(isFlow ? colour : COLOURS.paper, colour);
    pdf.restore();
  }
  if (edge.isDefault) {
    const start = (Math.atan2(others[0].y - first.y, others[0].x - first.x) * 180) / Math.PI;
    pdf
      .save()
      .translate(first.x, first.y)
      .rotate(start)
      .lineWidth(1.6)
      .moveTo(6, 5)
      .lineTo(12, -5)
      .stroke(colour)
      .restore();
  }
  if (edge.name)
    drawLabel(sheet, edge.name, edge.label ?? beside(edge), isTaken ? COLOURS.ink : COLOURS.text3);
}

function drawLabel(sheet: Sheet, text: string, box: Box, colour: string): void {
  const style: TextStyle = { size: LABEL, colour };
  const width = Math.max(box.width, 40);
  const lines = sheet.type.lines(text, style, width + 4).slice(0, 5);
  drawLines(sheet, lines, style, box.x + box.width / 2 - width / 2 - 2, box.y, width + 4);
}

/** Lines in the middle of `width`, or from the left where there is none. */
function drawLines(
  sheet: Sheet,
  lines: readonly string[],
  style: TextStyle,
  x: number,
  y: number,
  width: number | null,
): void {
  lines.forEach((line, index) => {
    const shift = width === null ? 0 : (width - sheet.type.width(line, style)) / 2;
    sheet.type.draw(line, style, x + shift, y + index * style.size * LINE);
  });
}

function below({ x, y, width, height }: Shape): Box {
  return { x: x + width / 2 - 45, y: y + height + 4, width: 90, height: 14 };
}

function beside({ points }: Edge): Box {
  const [one, two] = points;
  return { x: (one.x + two.x) / 2 - 20, y: (one.y + two.y) / 2 - 18, width: 40, height: 14 };
}

function drawLegend(sheet: Sheet): void {
  const { pdf, type, y } = sheet;
  const style: TextStyle = { size: 7.5, colour: COLOURS.text2 };
  let x = sheet.left;
  const say = (text: string, space: number): void => {
    type.draw(text, style, x + space, y + 2);
    x += space + type.width(text, style) + 16;
  };
  pdf
    .moveTo(x, y + 7)
    .lineTo(x + 16, y + 7)
    .lineWidth(2)
    .stroke(COLOURS.accent);
  say('path taken', 20);
  pdf
    .moveTo(x, y + 7)
    .lineTo(x + 16, y + 7)
    .lineWidth(1)
    .stroke(COLOURS.faint);
  say('not taken', 20);
  for (const doer of ['ai', 'human', 'system'] as const) {
    drawDoer(pdf, doer, x, y + 2.5, 9);
    say(`done by ${{ ai: 'an AI agent', human: 'a person', system: 'a system' }[doer]}`, 13);
  }
  sheet.y += LEGEND;
}
