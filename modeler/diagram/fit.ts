/** Shows the whole diagram with room around it for badges, and never larger than drawn. */
import type { Canvas } from './diagram-js.js';

/** Fits the view; `room` is the margin in pixels. */
export function fitWithRoom(canvas: Canvas, room: number): void {
  const { inner, outer } = canvas.viewbox();
  if (!outer.width || !outer.height) return;
  const scale = Math.min(
    1,
    (outer.width - 2 * room) / Math.max(inner.width, 1),
    (outer.height - 2 * room) / Math.max(inner.height, 1),
  );
  const width = outer.width / scale;
  const height = outer.height / scale;
  const x = inner.x + inner.width / 2 - width / 2;
  const y = inner.y + inner.height / 2 - height / 2;
  canvas.viewbox({ x, y, width, height });
}
