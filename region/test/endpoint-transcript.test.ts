import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { endpointTranscript } from '../../docs/endpoint-transcript.ts';

describe('the transcript in docs/ENDPOINT.md', () => {
  test('is what the port answers (npx tsx docs/render-transcript.ts writes it)', async () => {
    const document = readFileSync(new URL('../../docs/ENDPOINT.md', import.meta.url), 'utf8');
    const transcript = await endpointTranscript();
    expect(transcript).toContain('< throws TaskTimedOut (HTTP 400)');
    expect(document.split('<!-- written by docs/render-transcript.ts -->\n\n')[1]).toBe(transcript);
  });
});
