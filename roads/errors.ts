/** What can be wrong with an extract, a road file, or a position. Names are literals, so that callers may branch on them. */
export type RoadsErrorName =
  | 'NotAnExtract'
  | 'ExtractDamaged'
  | 'ExtractUnsupported'
  | 'ExtractWithoutRoads'
  | 'NotARoadFile'
  | 'RoadFileVersion'
  | 'RoadFileDamaged';

export class RoadsError extends Error {
  override readonly name: RoadsErrorName;
  /** What the user can do about it. */
  readonly remedy: string;

  constructor(name: RoadsErrorName, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
    this.remedy = remedy;
  }
}
