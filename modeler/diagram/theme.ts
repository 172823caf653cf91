/** How bpmn-js draws in this app: our ink on our canvas, our type. */

/** Renderer options; CSS variables, so that light and dark follow without drawing again. */
export const renderer = {
  bpmnRenderer: { defaultFillColor: 'var(--canvas)', defaultStrokeColor: 'var(--ink)' },
  textRenderer: {
    defaultStyle: { fontFamily: '"IBM Plex Sans", Arial, sans-serif', fontSize: 12 },
    externalStyle: { fontSize: 12 },
  },
};
