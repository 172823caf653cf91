/**
 * Where the focus goes in a dialog: to what the person came for. That is the control that the dialog marks, else its
 * first field, else its button; of a dangerous choice it is the harmless answer. Never the cross.
 */

const FIELDS = 'input:not([type="hidden"]), select, textarea';

function isUsable(control: HTMLElement): boolean {
  return (
    !control.matches(':disabled, [readonly], [tabindex="-1"]') &&
    control.checkVisibility({ visibilityProperty: true })
  );
}

function firstOf(within: ParentNode, selector: string): HTMLElement | undefined {
  return [...within.querySelectorAll<HTMLElement>(selector)].find(isUsable);
}

/** The first field of a dialog; of a group of choices the chosen one. */
function fieldOf(dialog: HTMLElement): HTMLElement | undefined {
  const marked = firstOf(dialog, '[data-first]');
  const first = marked ?? firstOf(dialog.querySelector('.body') ?? dialog, FIELDS);
  if (!(first instanceof HTMLInputElement) || first.type !== 'radio') return first;
  return firstOf(dialog, `input[type="radio"][name="${CSS.escape(first.name)}"]:checked`) ?? first;
}

function answerOf(dialog: HTMLElement): HTMLElement {
  const footer = dialog.querySelector('.answers') ?? dialog;
  const harmless = firstOf(footer, '.button');
  const wanted = footer.querySelector('.danger') ? undefined : firstOf(footer, '.button.primary');
  return wanted ?? harmless ?? dialog;
}

/**
 * Focuses what the dialog is for. A field that comes later, when what it needs was loaded, gets the focus as long as
 * the person has touched nothing. The returned function stops waiting for one.
 */
export function focusDialog(dialog: HTMLElement): () => void {
  const field = fieldOf(dialog);
  const first = field ?? answerOf(dialog);
  first.focus({ preventScroll: true });
  if (field) return () => undefined;

  const untouched = (): boolean =>
    dialog.ownerDocument.activeElement === first || !dialog.contains(document.activeElement);
  const watch = new MutationObserver(() => {
    const later = fieldOf(dialog);
    if (!untouched()) stop();
    else if (later) {
      stop();
      later.focus();
    }
  });
  const stop = (): void => {
    watch.disconnect();
    dialog.removeEventListener('keydown', stop);
    dialog.removeEventListener('pointerdown', stop);
  };
  dialog.addEventListener('keydown', stop);
  dialog.addEventListener('pointerdown', stop);
  watch.observe(dialog, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled', 'readonly'],
  });
  return stop;
}
