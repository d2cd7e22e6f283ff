/**
 * Wanted pairs as requests: a request has origins and destinations and is paid by their product, wanted or not. Origins
 * that want nearly the same destinations go together, those first of which the union wastes least, until there are few
 * enough requests. What is left unmerged wastes nothing.
 *
 * - B1 Every wanted pair is in a block.
 * - B2 A block keeps the limits of the service.
 * - B3 The same wish gives the same blocks, in the same order.
 */
export interface Block {
  readonly origins: readonly number[];
  readonly destinations: readonly number[];
}

export interface BlockLimits {
  readonly origins: number;
  readonly destinations: number;
  readonly pairs: number;
}

/** Of CalculateRouteMatrix, with and without a boundary. */
export const BOUNDED_LIMITS: BlockLimits = { origins: 500, destinations: 500, pairs: 160_000 };
export const UNBOUNDED_LIMITS: BlockLimits = { origins: 15, destinations: 100, pairs: 100 };

export const pairsOf = ({ origins, destinations }: Block): number => origins.length * destinations.length;

interface Group {
  readonly origins: number[];
  readonly destinations: Uint32Array;
  readonly width: number;
}

/**
 * @param wanted destinations by origin
 * @param most how many blocks there should be; more only where the limits leave no other way
 */
export function buildBlocks(
  wanted: ReadonlyMap<number, readonly number[]>,
  most: number,
  limits: BlockLimits = BOUNDED_LIMITS,
): Block[] {
  const groups = merged(initialGroups(wanted, limits), most, limits);
  return groups.map(({ origins, destinations }) => ({
    origins: [...origins].sort((a, b) => a - b),
    destinations: membersOf(destinations),
  }));
}

function initialGroups(wanted: ReadonlyMap<number, readonly number[]>, limits: BlockLimits): Group[] {
  const origins = [...wanted.keys()].sort((a, b) => a - b);
  let widest = 0;
  for (const destinations of wanted.values()) for (const to of destinations) widest = Math.max(widest, to);
  const span = Math.min(limits.destinations, limits.pairs);
  return origins.flatMap((origin) => {
    const destinations = [...new Set(wanted.get(origin))].sort((a, b) => a - b);
    return Array.from({ length: Math.ceil(destinations.length / span) }, (_, part): Group => {
      const set = new Uint32Array((widest >>> 5) + 1);
      const members = destinations.slice(part * span, (part + 1) * span);
      for (const to of members) set[to >>> 5] = (set[to >>> 5] as number) | (1 << (to & 31));
      return { origins: [origin], destinations: set, width: members.length };
    });
  });
}

/** Greedy: the two groups whose union wastes least become one. Each group remembers its best partner after it. */
function merged(groups: Group[], most: number, limits: BlockLimits): Group[] {
  const partners = groups.map((_, index) => bestPartner(groups, index, limits));
  while (groups.length > 1) {
    let best = -1;
    for (let index = 0; index < groups.length; index += 1) {
      const waste = partners[index]?.waste ?? Number.POSITIVE_INFINITY;
      if (waste < (best < 0 ? Number.POSITIVE_INFINITY : (partners[best]?.waste as number))) best = index;
    }
    if (best < 0) break;
    const { partner, waste } = partners[best] as Partner;
    if (groups.length <= most && waste > 0) break;
    groups[best] = union(groups[best] as Group, groups[partner] as Group);
    groups.splice(partner, 1);
    partners.splice(partner, 1);
    for (let index = 0; index < groups.length; index += 1) {
      const known = partners[index];
      if (index === best || known?.partner === partner || known?.partner === best) {
        partners[index] = bestPartner(groups, index, limits);
        continue;
      }
      const moved = known !== undefined && known.partner > partner ? { ...known, partner: known.partner - 1 } : known;
      const other = index < best ? pairing(groups, index, best, limits) : undefined;
      partners[index] = other !== undefined && (moved === undefined || other.waste < moved.waste) ? other : moved;
    }
  }
  return groups;
}

interface Partner {
  readonly partner: number;
  readonly waste: number;
}

function bestPartner(groups: readonly Group[], index: number, limits: BlockLimits): Partner | undefined {
  let best: Partner | undefined;
  for (let partner = index + 1; partner < groups.length; partner += 1) {
    const found = pairing(groups, index, partner, limits);
    if (found !== undefined && (best === undefined || found.waste < best.waste)) best = found;
  }
  return best;
}

/** @returns undefined when the union is beyond the limits */
function pairing(groups: readonly Group[], index: number, partner: number, limits: BlockLimits): Partner | undefined {
  const left = groups[index] as Group;
  const right = groups[partner] as Group;
  const height = left.origins.length + right.origins.length;
  let width = 0;
  for (let word = 0; word < left.destinations.length; word += 1) {
    width += bitCount((left.destinations[word] as number) | (right.destinations[word] as number));
  }
  if (height > limits.origins || width > limits.destinations || height * width > limits.pairs) return undefined;
  return { partner, waste: height * width - left.origins.length * left.width - right.origins.length * right.width };
}

function union(left: Group, right: Group): Group {
  const destinations = left.destinations.map((word, index) => word | (right.destinations[index] as number));
  const width = destinations.reduce((sum, word) => sum + bitCount(word), 0);
  return { origins: [...left.origins, ...right.origins], destinations, width };
}

function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function membersOf(set: Uint32Array): number[] {
  const members: number[] = [];
  for (const [index, word] of set.entries()) {
    for (let bit = 0; bit < 32; bit += 1) if (((word >>> bit) & 1) === 1) members.push(index * 32 + bit);
  }
  return members;
}
