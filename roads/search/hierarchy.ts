/**
 * A contraction hierarchy (Geisberger, Sanders, Schultes, Delling 2008): every vertex has an importance, and shortcuts
 * stand for the fastest ways over less important vertices, so that a fastest way always climbs and then descends. The
 * vertices of its graph are numbered by importance, the most important first: what every search visits lies together.
 *
 * - H1 Up edges lead from a vertex to more important ones, i.e. to smaller numbers; down edges come from such.
 * - H2 An edge below the number of arcs is that arc; above it, a shortcut of two edges that meet at a less important
 *   vertex than both of its ends.
 * - H3 Of ways that take the same time the shorter one is taken, so matrix and route agree and every answer is the only
 *   possible one.
 */
export interface Hierarchy {
  /** Of each vertex its first up edge, and one entry more for the end. */
  readonly upFirst: Uint32Array;
  readonly upHead: Uint32Array;
  readonly upMs: Int32Array;
  readonly upCm: Int32Array;
  readonly upEdge: Uint32Array;
  readonly downFirst: Uint32Array;
  readonly downTail: Uint32Array;
  readonly downMs: Int32Array;
  readonly downCm: Int32Array;
  readonly downEdge: Uint32Array;
  /** By shortcut. */
  readonly shortcutFirst: Uint32Array;
  readonly shortcutSecond: Uint32Array;
}

export const UNREACHED = 0x7fff_ffff;
