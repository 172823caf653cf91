/**
 * The frame of a text or HTML of a form: a shadow tree, so that its styles reach nothing else, inside an element that
 * paints nothing outside itself (forms.css). What would leave the flow, and so stand nowhere in the frame, is put back.
 */
import style from './frame.css?inline';

/** Positions that leave a place in the flow. */
const KEEPS_PLACE = new Set(['static', 'relative']);

/** Shows content in the shadow tree of an element, instead of what it showed. */
export function showInFrame(host: HTMLElement, content: DocumentFragment): void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const own = document.createElement('style');
  own.textContent = style;
  root.replaceChildren(own, content);
  for (const sheet of root.styleSheets) if (sheet.ownerNode !== own) dropOuterRules(sheet);
  for (const element of root.querySelectorAll<HTMLElement>('*'))
    if (!KEEPS_PLACE.has(getComputedStyle(element).position))
      element.style.setProperty('position', 'static', 'important');
}

/** Rules about the frame itself, and sheets from elsewhere. */
function dropOuterRules(rules: CSSStyleSheet | CSSGroupingRule): void {
  for (let index = rules.cssRules.length - 1; index >= 0; index--) {
    const rule = rules.cssRules[index];
    const isOuter = rule instanceof CSSStyleRule && rule.selectorText.includes(':host');
    if (isOuter || rule instanceof CSSImportRule) rules.deleteRule(index);
    else if (rule instanceof CSSGroupingRule) dropOuterRules(rule);
  }
}
