/** How bpmn-js draws in this app: our ink on our canvas. Its type stays: labels are laid out for it. */

/** Renderer options; CSS variables, so that light and dark follow without drawing again. */
export const renderer = {
  bpmnRenderer: { defaultFillColor: 'var(--canvas)', defaultStrokeColor: 'var(--ink)' },
};
