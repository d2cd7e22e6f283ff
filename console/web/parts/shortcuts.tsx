/**
 * The keyboard: `g` and a letter goes to a page, `/` to the search field, `?` shows this list. Lists add their own
 * keys (j, k, Enter). Keys never fire while someone types.
 */
import { Kbd, Modal, Table } from '@mantine/core';
import { useEffect } from 'react';
import { PAGES } from './shell.tsx';

const SEQUENCE_MS = 1200;

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

export function useShortcuts({ go, showHelp }: { go: (to: string) => void; showHelp: () => void }): void {
  useEffect(() => {
    let leaderAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.timeStamp - leaderAt < SEQUENCE_MS) {
        leaderAt = Number.NEGATIVE_INFINITY;
        const page = PAGES.find(({ key }) => key === event.key);
        if (page !== undefined) {
          event.preventDefault();
          go(page.href);
        }
        return;
      }
      if (event.key === 'g') leaderAt = event.timeStamp;
      if (event.key === '?') showHelp();
      if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('[data-search]');
        if (field === null) return;
        event.preventDefault();
        field.focus();
        field.select();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [go, showHelp]);
}

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'Search on this page'],
  ['j  k', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['[  ]', 'Previous and next page of a list'],
  ['Esc', 'Leave the field, close what is open'],
  ...PAGES.map(({ key, label }) => [`g  ${key}`, label] as const),
  ['?', 'This list'],
];

export function ShortcutHelp({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keyboard" size="sm">
      <Table>
        <Table.Tbody>
          {KEYS.map(([keys, meaning]) => (
            <Table.Tr key={keys}>
              <Table.Td>
                {keys.split(/\s+/).map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{meaning}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
