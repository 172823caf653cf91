/** A file that can be drawn: as it is, or laid out where it has no drawing. The lay-out is loaded when it is needed. */

/** A file with a drawing, and whether it was made here. */
export interface Drawable {
  readonly xml: string;
  readonly isLaidOut: boolean;
}

/** Whether anything of a file is drawn. */
export function hasDrawing(xml: string): boolean {
  return /<(?:\w[\w.-]*:)?BPMNShape\b/.test(xml);
}

/** The file with a drawing; throws where it has none and is no BPMN. */
export async function drawable(xml: string): Promise<Drawable> {
  if (hasDrawing(xml)) return { xml, isLaidOut: false };
  const { layOut } = await import('./lay-out.js');
  return { xml: await layOut(xml), isLaidOut: true };
}
