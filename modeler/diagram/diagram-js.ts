/** The services of diagram-js and bpmn-js that this app asks for, as far as it uses them. */

/** An element of the BPMN model. */
export interface ModdleElement {
  $type: string;
  id: string;
  name?: string;
  $parent?: ModdleElement;
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

/** A shape or connection on the canvas. */
export interface DiagramElement {
  id: string;
  type: string;
  businessObject: ModdleElement;
  labelTarget?: DiagramElement;
  parent?: DiagramElement | null;
  width?: number;
  height?: number;
  waypoints?: { x: number; y: number }[];
}

/** What is seen (in diagram units), what there is to see, and the size of the canvas in pixels. */
export interface Viewbox {
  inner: { x: number; y: number; width: number; height: number };
  outer: { width: number; height: number };
}

/** What draws and moves the view. */
export interface Canvas {
  zoom(level?: number | 'fit-viewport', centre?: 'auto'): number;
  viewbox(): Viewbox;
  viewbox(box: { x: number; y: number; width: number; height: number }): void;
  addMarker(element: string, marker: string): void;
  removeMarker(element: string, marker: string): void;
  scrollToElement(element: DiagramElement | string, padding?: number): void;
  getRootElement(): DiagramElement;
  resized(): void;
}

/** What holds the elements by id. */
export interface ElementRegistry {
  get(id: string): DiagramElement | undefined;
  getAll(): DiagramElement[];
}

/** HTML on top of elements. */
export interface Overlays {
  add(
    element: string,
    type: string,
    overlay: { position: Record<string, number>; html: HTMLElement; scale?: boolean | { min: number } },
  ): string;
  remove(filter: { type: string }): void;
}

/** What is selected. */
export interface Selection {
  select(element: DiagramElement | null): void;
  get(): DiagramElement[];
}

/** Undo and redo. */
export interface CommandStack {
  undo(): void;
  redo(): void;
  canUndo(): boolean;
  canRedo(): boolean;
}

/** A finding of the linter or the server, in the shape the canvas and the panel show. */
export interface LintReport {
  id: string;
  rule: string;
  message: string;
  category: 'error' | 'warn' | 'info' | 'rule-error';
  name?: string;
  hint?: string;
  propertiesPanel?: { entryIds: string[] };
}

/** Shows findings on the canvas and in the properties panel. */
export interface Linting {
  setErrors(reports: LintReport[]): void;
  showError(report: LintReport): void;
  activate(): void;
}

/** Changes the model, each change one that can be undone. */
export interface Modeling {
  updateProperties(element: DiagramElement, properties: object): void;
}

/** Makes elements of the model. */
export interface BpmnFactory {
  create(type: string, attributes: object): ModdleElement;
}

/** The services by name. */
export interface Services {
  canvas: Canvas;
  elementRegistry: ElementRegistry;
  overlays: Overlays;
  selection: Selection;
  commandStack: CommandStack;
  modeling: Modeling;
  bpmnFactory: BpmnFactory;
  linting: Linting;
  elementTemplatesLoader: { setTemplates(templates: unknown[]): void };
}

/** What viewers and the modeler have in common. */
export interface DiagramHost {
  get<Name extends keyof Services>(service: Name): Services[Name];
}
