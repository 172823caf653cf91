/**
 * The fields of forms as this app shows them: those of form-js, with its texts in a frame, expressions that settle, and a
 * guard around each, so that a field that fails is known. Types that nothing here can show are left out.
 */
import {
  ExpressionField,
  FormContext,
  FormFields,
  Html,
  Text,
  useExpressionEvaluation,
  useTemplateEvaluation,
} from '@bpmn-io/form-js-viewer';
import { Component, h, type ComponentType } from 'preact';
import { useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { showInFrame } from './frame.js';
import { holdInserts, safeFragment } from './inserts.js';
import { isSame } from './json.js';

/** Told when a field could not be shown: its schema, and why. */
export const FIELD_FAILED = 'countersign.fieldFailed';
/** Fired before a form is sent: what is computed last is computed now. */
export const COMPUTE_ALL = 'countersign.computeAll';

const NOT_SHOWN = ['filepicker', 'documentPreview', 'iframe'];
/** How often an expression may change its value before somebody changes a field: more means that it never settles. */
const MOST_ROUNDS = 100;

interface Field {
  readonly id: string;
  readonly type: string;
  readonly label?: string;
  readonly text?: string;
  readonly content?: string;
  readonly strict?: boolean;
  readonly expression?: string;
  readonly computeOn?: string;
}

interface FieldProps {
  readonly field: Field;
  readonly value?: unknown;
  readonly onChange?: (change: object) => void;
}

interface EventBus {
  on(event: string, listener: (event: never) => void): void;
  off(event: string, listener: (event: never) => void): void;
  fire(event: string, data: object): void;
}

type FieldType = ComponentType<FieldProps> & { config: Record<string, unknown> };

function useEventBus(): EventBus {
  return useContext(FormContext).getService('eventBus') as EventBus;
}

/** A text or HTML of a form, in a shadow tree inside a frame that it can't leave. */
function framed(kind: 'text' | 'html') {
  return function Framed({ field }: FieldProps) {
    const host = useRef<HTMLDivElement>(null);
    const bus = useEventBus();
    const markdown = useContext(FormContext).getService('markdownRenderer') as {
      render(text: string): string;
    };
    const inserts = useMemo(holdInserts, []);
    const options = useMemo(
      () => ({ debug: true, strict: field.strict ?? false, sanitizer: inserts.hold }),
      [field.strict, inserts],
    );
    const source = (kind === 'text' ? field.text : field.content) ?? '';
    const filled = useTemplateEvaluation(source, options) as string;
    useLayoutEffect(() => {
      const at = host.current;
      if (!at) return;
      const fragment = safeFragment(kind === 'text' ? markdown.render(filled) : filled);
      inserts.fill(fragment);
      for (const picture of fragment.querySelectorAll('img'))
        picture.addEventListener('error', () =>
          bus.fire(FIELD_FAILED, { field, error: new Error(picture.alt || 'picture'), picture: true }),
        );
      showInFrame(at, fragment);
    }, [filled, inserts, markdown, bus, field]);
    return h('div', { class: `fjs-form-field fjs-form-field-${kind} form-frame` }, h('div', { ref: host }));
  };
}

/** A value that is computed. It follows what it is computed from within the same turn, however long the chain is. */
function Computed({ field, value, onChange }: FieldProps) {
  const bus = useEventBus();
  const computed = useExpressionEvaluation(field.expression) as unknown;
  const [atLast, setAtLast] = useState(false);
  const rounds = useRef(0);
  useEffect(() => {
    const begin = (): void => {
      rounds.current = 0;
    };
    const compute = (): void => setAtLast(true);
    const update = ({ shouldNotRecompute }: { shouldNotRecompute?: boolean }): void => {
      if (!shouldNotRecompute) begin();
    };
    bus.on('field.updated', update);
    bus.on('import.done', begin);
    bus.on(COMPUTE_ALL, compute);
    return () => {
      bus.off('field.updated', update);
      bus.off('import.done', begin);
      bus.off(COMPUTE_ALL, compute);
    };
  }, [bus]);
  useLayoutEffect(() => {
    if (field.computeOn === 'presubmit' && !atLast) return;
    if (isSame(computed ?? null, value ?? null)) return;
    if (++rounds.current > MOST_ROUNDS) {
      bus.fire(FIELD_FAILED, { field, error: new Error('Its value never settles.') });
      return;
    }
    onChange?.({ field, value: computed, shouldNotRecompute: true });
  });
  return null;
}

/** Shows a field, or tells that it failed. */
function guarded(inner: FieldType): FieldType {
  class Guarded extends Component<FieldProps, { failed: boolean }> {
    static override contextType = FormContext as never;
    static config = inner.config;
    override state = { failed: false };
    override componentDidCatch(error: unknown): void {
      this.setState({ failed: true });
      const { getService } = this.context as { getService(name: string): EventBus };
      getService('eventBus').fire(FIELD_FAILED, { field: this.props.field, error });
    }
    override render() {
      return this.state.failed ? null : h(inner, this.props);
    }
  }
  return Guarded;
}

/** The fields of a form, by type. */
export class ShownFields extends FormFields {
  constructor() {
    super();
    const all = this as unknown as {
      _formFields: Record<string, FieldType | undefined>;
      register(type: string, field: FieldType): void;
    };
    for (const type of NOT_SHOWN) all._formFields[type] = undefined;
    all.register('text', Object.assign(framed('text'), { config: Text.config }));
    all.register('html', Object.assign(framed('html'), { config: Html.config }));
    all.register('expression', Object.assign(Computed, { config: ExpressionField.config }));
    for (const [type, field] of Object.entries(all._formFields))
      if (field) all.register(type, guarded(field));
  }
}
