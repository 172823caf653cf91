/**
 * The form that an instance is started with, in the properties of a start event: the properties panel knows forms of
 * user tasks alone.
 */
import { SelectEntry, isSelectEntryEdited } from '@bpmn-io/properties-panel';
import { h } from '@bpmn-io/properties-panel/preact';
import { t } from '../text/en.js';
import type { DiagramElement, ModdleElement, Services } from './diagram-js.js';

/** A form that can be chosen: its id in the diagram, and its name for people. */
export interface FormChoice {
  readonly id: string;
  readonly name: string;
}

interface Injector {
  get<Name extends keyof Services>(service: Name): Services[Name];
}

interface PropertiesPanel {
  registerProvider(
    priority: number,
    provider: { getGroups(element: DiagramElement): (groups: object[]) => object[] },
  ): void;
}

/** After the groups of the panel itself. */
const PRIORITY = 400;

const FORM = 'zeebe:FormDefinition';

/** Whether a process begins here by somebody's hand: a start event without a trigger, in no sub-process. */
function beginsByHand({ type, businessObject }: DiagramElement): boolean {
  if (type !== 'bpmn:StartEvent') return false;
  const triggers = businessObject.get('eventDefinitions') as unknown[];
  return triggers.length === 0 && businessObject.$parent?.$type === 'bpmn:Process';
}

function valuesOf(element: ModdleElement): ModdleElement[] {
  const extensions = element.get('extensionElements') as ModdleElement | undefined;
  return (extensions?.get('values') as ModdleElement[] | undefined) ?? [];
}

function formOf(element: ModdleElement): string {
  const id = valuesOf(element)
    .find(({ $type }) => $type === FORM)
    ?.get('formId');
  return typeof id === 'string' ? id : '';
}

function chooseForm(injector: Injector, element: DiagramElement, formId: string): void {
  const bpmnFactory = injector.get('bpmnFactory');
  const others = valuesOf(element.businessObject).filter(({ $type }) => $type !== FORM);
  const chosen = formId ? [bpmnFactory.create(FORM, { formId })] : [];
  const extensionElements = bpmnFactory.create('bpmn:ExtensionElements', { values: [...others, ...chosen] });
  extensionElements.$parent = element.businessObject;
  for (const value of [...others, ...chosen]) value.$parent = extensionElements;
  injector.get('modeling').updateProperties(element, { extensionElements });
}

/** A module of the modeler; `forms` answers what can be chosen at the moment. */
export function startFormModule(forms: () => readonly FormChoice[]): object {
  const provide = (propertiesPanel: PropertiesPanel, injector: Injector): object => {
    const Choice = ({ element, id }: { element: DiagramElement; id: string }): object => {
      const current = formOf(element.businessObject);
      const known = forms();
      const missing = current && !known.some((form) => form.id === current);
      return h(SelectEntry, {
        element,
        id,
        label: t.startForm.label,
        getValue: () => current,
        setValue: (value: string) => chooseForm(injector, element, value),
        getOptions: () => [
          { value: '', label: t.startForm.none },
          ...known.map((form) => ({ value: form.id, label: form.name })),
          ...(missing ? [{ value: current, label: current }] : []),
        ],
      });
    };
    const group = {
      id: 'countersign-start-form',
      label: t.startForm.group,
      entries: [{ id: 'countersign-start-form-id', component: Choice, isEdited: isSelectEntryEdited }],
    };
    const provider = {
      getGroups: (element: DiagramElement) => (groups: object[]) =>
        beginsByHand(element) ? [...groups, { ...group, element }] : groups,
    };
    propertiesPanel.registerProvider(PRIORITY, provider);
    return provider;
  };
  provide.$inject = ['propertiesPanel', 'injector'];
  return { __init__: ['countersignStartForm'], countersignStartForm: ['factory', provide] };
}
