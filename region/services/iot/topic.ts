/** MQTT topics and filters: `+` stands for one level, `#` at the end for the rest. */
export type TopicFilter = (segments: readonly string[]) => boolean;

export function compileFilter(filter: string): TopicFilter {
  const wanted = filter.split('/');
  const open = wanted[wanted.length - 1] === '#';
  const fixed = open ? wanted.slice(0, -1) : wanted;
  return (segments) => {
    if (open ? segments.length < fixed.length : segments.length !== fixed.length) return false;
    return fixed.every((level, index) => level === '+' || level === segments[index]);
  };
}
