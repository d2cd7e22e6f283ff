/**
 * What a way's tags mean to a delivery van: whether it may be driven, in which directions and how fast. Speeds are what
 * is reached between corners, not limits: where no limit is tagged, the class's usual speed in the profile that OSRM
 * ships for cars; where one is, four fifths of it.
 */
export type Tags = Readonly<Record<string, string | undefined>>;

export interface WayRule {
  /** 0 where the direction is closed. Forward is the direction of the way's nodes. */
  readonly forwardKmh: number;
  readonly backwardKmh: number;
  readonly isThrough: boolean;
}

const CLASS_KMH: Readonly<Record<string, number>> = {
  motorway: 90,
  motorway_link: 45,
  trunk: 85,
  trunk_link: 40,
  primary: 65,
  primary_link: 30,
  secondary: 55,
  secondary_link: 25,
  tertiary: 40,
  tertiary_link: 20,
  unclassified: 25,
  residential: 25,
  road: 20,
  living_street: 10,
  service: 15,
};
const THROUGH_CLASSES = new Set(['motorway', 'motorway_link']);

/** From the most to the least particular: the first that is tagged decides. */
const ACCESS_KEYS = ['goods', 'motorcar', 'motor_vehicle', 'vehicle', 'access'];
const CLOSED_ACCESS = new Set([
  'no',
  'private',
  'agricultural',
  'forestry',
  'emergency',
  'psv',
  'bus',
  'military',
  'use_sidepath',
]);
const CLOSING_BARRIERS = new Set(['bollard', 'block', 'jersey_barrier', 'fence', 'wall', 'debris', 'log', 'chain']);

const SHARE_OF_LIMIT = 0.8;
const KMH_PER_MPH = 1.609344;
const KMH_PER_KNOT = 1.852;
const WALKING_KMH = 7;
const SLOWEST_KMH = 3;
const FASTEST_KMH = 130;

/** Undefined for what no van drives on: footways, tracks, tram lines, private roads, areas. */
export function wayRuleOf(tags: Tags): WayRule | undefined {
  const highway = tags['highway'] ?? '';
  const classKmh = Object.hasOwn(CLASS_KMH, highway) ? CLASS_KMH[highway] : undefined;
  if (classKmh === undefined || tags['area'] === 'yes' || isClosed(tags)) return undefined;
  const direction = directionOf(tags, highway);
  if (direction === 'closed') return undefined;
  const kmh = (side: 'forward' | 'backward'): number => {
    const limit = limitKmh(tags[`maxspeed:${side}`]) ?? limitKmh(tags['maxspeed']);
    const speed = limit === undefined ? classKmh : limit * SHARE_OF_LIMIT;
    return Math.min(FASTEST_KMH, Math.max(SLOWEST_KMH, speed));
  };
  return {
    forwardKmh: direction === 'backward' ? 0 : kmh('forward'),
    backwardKmh: direction === 'forward' ? 0 : kmh('backward'),
    isThrough: THROUGH_CLASSES.has(highway),
  };
}

/** Whether a node of a way ends the drive there. */
export function isBarrier(tags: Tags): boolean {
  const barrier = tags['barrier'];
  if (barrier === undefined) return false;
  const access = accessOf(tags);
  return access === undefined ? CLOSING_BARRIERS.has(barrier) : CLOSED_ACCESS.has(access);
}

/** In km/h; undefined for what is no number of a unit known here, such as `RO:urban` or `signals`. */
export function limitKmh(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'walk') return WALKING_KMH;
  const match = /^(\d+(?:\.\d+)?)\s*(km\/h|kmh|kph|mph|knots)?$/.exec(text.trim());
  if (match === null) return undefined;
  const value = Number(match[1]);
  const factor = match[2] === 'mph' ? KMH_PER_MPH : match[2] === 'knots' ? KMH_PER_KNOT : 1;
  return value > 0 ? value * factor : undefined;
}

function accessOf(tags: Tags): string | undefined {
  const key = ACCESS_KEYS.find((name) => tags[name] !== undefined);
  return key === undefined ? undefined : tags[key];
}

function isClosed(tags: Tags): boolean {
  const access = accessOf(tags);
  return access !== undefined && CLOSED_ACCESS.has(access);
}

function directionOf(tags: Tags, highway: string): 'both' | 'forward' | 'backward' | 'closed' {
  switch (tags['oneway:motor_vehicle'] ?? tags['oneway']) {
    case 'yes':
    case 'true':
    case '1':
      return 'forward';
    case '-1':
    case 'reverse':
      return 'backward';
    case 'reversible':
      return 'closed';
    case 'no':
    case 'false':
    case '0':
    case 'alternating':
      return 'both';
    default: {
      const isRound = tags['junction'] === 'roundabout' || tags['junction'] === 'circular';
      return isRound || highway === 'motorway' ? 'forward' : 'both';
    }
  }
}
