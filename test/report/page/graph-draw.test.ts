/** The picture of the identity graph, drawn with elements that only remember what they were given. */
import { afterAll, describe, expect, test } from '@jest/globals';
import type { LinkedEdge, Node } from '../../../lib/report/page/graph.ts';

interface Columns {
  readonly of: Readonly<Record<Node['kind'], { readonly name: string; readonly left: number; readonly width: number }>>;
  readonly width: number;
  readonly widthOf: (text: string) => number;
}
interface Drawing {
  readonly rowHeight: number;
  readonly columnsIn: (room: number) => Columns;
  readonly drawNode: (node: Node, y: number, columns: Columns, emphasis: object) => unknown;
  readonly drawEdge: (edge: LinkedEdge, title: string, rows: object, columns: Columns, emphasis: object) => unknown;
}
/** Compiled for a browser, with other types than tests. */
const source = '../../../lib/report/page/graph-draw.ts';
const { columnsIn, drawEdge, drawNode, rowHeight }: Drawing = await import(source as string);

/** An element that remembers. */
class Drawn {
  readonly attributes: Record<string, string> = {};
  readonly children: (Drawn | string)[] = [];
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  setAttribute(key: string, value: string): void {
    this.attributes[key] = String(value);
  }
  append(...children: (Drawn | string)[]): void {
    this.children.push(...children);
  }
  getContext(): null {
    return null;
  }
}
const names = ['document'] as const;
const document = {
  createElement: (name: string) => new Drawn(name),
  createElementNS: (_space: string, name: string) => new Drawn(name),
};
Object.assign(globalThis, { document });
afterAll(() => {
  for (const name of names) Reflect.deleteProperty(globalThis, name);
});

const kinds = ['cluster', 'namespace', 'service-account', 'role', 'provider'] as const;
const node = (over: Partial<Node> = {}): Node =>
  ({ kind: 'role', label: 'cart', presence: 'read', findings: [], index: 3, ...over }) as unknown as Node;
const drawn = (one: unknown): Drawn => one as Drawn;
const inside = ({ children }: Drawn, name: string): readonly Drawn[] =>
  children.flatMap(each => (typeof each === 'string' ? [] : each.name === name ? [each] : inside(each, name)));
const calm = { chosen: false, faded: false };

describe('columns', () => {
  test.each([300, 700, 1000, 1400, 2400])('stand in their order without overlap, in a room of %i pixels', room => {
    const { of, width } = columnsIn(room);
    const gaps = kinds.slice(1).map((kind, index) => {
      const before = of[kinds[index] ?? 'cluster'];
      return of[kind].left - before.left - before.width;
    });
    expect(new Set(gaps).size).toBe(1);
    expect(gaps[0]).toBeGreaterThanOrEqual(40);
    expect(gaps[0]).toBeLessThanOrEqual(100);
    expect(of.cluster.left).toBe(10);
    expect(width).toBe(of.provider.left + of.provider.width + 12);
  });

  test('fill the room where it is neither too small nor too large', () => {
    for (const room of [870, 950, 1100, 1300]) {
      const { width } = columnsIn(room);
      expect(width).toBeLessThanOrEqual(room);
      expect(width).toBeGreaterThan(room - 10);
    }
  });

  test('are no narrower than 72 percent, and have a name each', () => {
    const [small, large] = [columnsIn(1).of, columnsIn(5000).of];
    for (const kind of kinds) expect(small[kind].width).toBe(Math.floor(large[kind].width * 0.72));
    expect(kinds.map(kind => large[kind].name)).toEqual([
      'Clusters',
      'Namespaces',
      'Service accounts',
      'Roles',
      'OIDC providers',
    ]);
  });
});

describe('a node', () => {
  const columns = () => ({ ...columnsIn(5000), widthOf: (text: string) => 8 * text.length });
  const draw = (one: Node, emphasis = calm) => drawn(drawNode(one, 100, columns(), emphasis));

  test.each([
    [node(), 'role cart'],
    [node({ kind: 'service-account' }), 'service account cart'],
    [node({ presence: 'absent' as Node['presence'] }), 'role cart, absent'],
    [
      node({ findings: ['a', 'b'] as unknown as Node['findings'], severity: 'high' }),
      'role cart, 2 findings, worst high',
    ],
  ])('is named for screen readers and in its title', (one, name) => {
    const element = draw(one);
    expect(element.attributes).toMatchObject({ 'aria-label': name, role: 'button', tabindex: '0', 'data-node': '3' });
    expect(inside(element, 'title')[0]?.children).toEqual([name]);
  });

  test('has a mark of its severity, and none without findings', () => {
    const marks = (one: Node) => inside(draw(one), 'rect').flatMap(({ attributes }) => attributes.class ?? []);
    expect(marks(node({ severity: 'medium' }))).toEqual(['mark m-medium']);
    expect(marks(node())).toEqual([]);
  });

  test('is round for a service account alone, and fills its column', () => {
    for (const kind of kinds) {
      const [rect] = inside(draw(node({ kind })), 'rect');
      const { left, width } = columns().of[kind];
      expect(rect?.attributes).toMatchObject({ rx: kind === 'service-account' ? '10' : '4' });
      expect(rect?.attributes).toMatchObject({ x: `${left}`, width: `${width}`, y: '90', height: '20' });
    }
  });

  test('is marked as chosen, or as faded', () => {
    expect(draw(node()).attributes.class).toBe('node read');
    expect(draw(node(), { chosen: true, faded: false }).attributes.class).toBe('node read chosen');
    expect(draw(node(), { chosen: false, faded: true }).attributes.class).toBe('node read faded');
  });

  test.each([29, 30, 60])('with a name of %i letters shows as much of it as its column has room for', letters => {
    const label = 'x'.repeat(letters);
    const [text] = inside(draw(node({ label })), 'text');
    const most = Math.floor((columns().of.role.width - 18) / 8);
    expect(text?.children).toEqual([letters <= most ? label : `${'x'.repeat(most - 1)}…`]);
  });
});

describe('an edge', () => {
  const edge = (kind: string, from: Node, to: Node) => ({ kind, state: 'broken', from, to }) as unknown as LinkedEdge;
  const [account, role, provider] = [node({ kind: 'service-account' }), node(), node({ kind: 'provider', index: 9 })];
  const path = (one: LinkedEdge, from: number, to: number, how = { faded: false, ownLane: false }) =>
    drawn(drawEdge(one, 'why', { from, to }, columnsIn(5000), how));
  const { of } = columnsIn(5000);
  const [start, end] = [of['service-account'].left + of['service-account'].width, of.role.left];

  test('of one row is a straight line from the end of one column to the start of the other', () => {
    expect(path(edge('names', account, role), 50, 50).attributes.d).toBe(`M${start} 50H${end}`);
  });

  test('of two rows bends behind its start, and one of trust before its end', () => {
    expect(path(edge('names', account, role), 50, 76).attributes.d).toBe(`M${start} 50H${start + 26}V76H${end}`);
    const [left, right] = [of.role.left + of.role.width, of.provider.left];
    expect(path(edge('trusts', role, provider), 50, 76).attributes.d).toBe(`M${left} 50H${right - 26}V76H${right}`);
  });

  test('with a lane of its own keeps off the row of its end until the last pixels', () => {
    const lane = 76 + rowHeight / 2 - 1;
    expect(path(edge('names', account, role), 50, 76, { faded: false, ownLane: true }).attributes.d).toBe(
      `M${start} 50H${start + 26}V${lane}H${end - 8}L${end} 76`,
    );
  });

  test('has its state, its title and its start', () => {
    const element = path(edge('names', account, role), 50, 50);
    expect(element.attributes).toMatchObject({ class: 'edge broken', 'data-edge': '3' });
    expect(inside(element, 'title')[0]?.children).toEqual(['why']);
    expect(path(edge('names', account, role), 50, 50, { faded: true, ownLane: false }).attributes.class).toBe(
      'edge broken faded',
    );
  });
});
