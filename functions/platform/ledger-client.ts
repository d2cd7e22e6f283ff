/** The ledger as the functions use it: on its table, answering through Step Functions. */
import { documents, machines } from './clients.ts';
import { readConfig } from './config.ts';
import { Ledger } from './ledger/ledger.ts';
import { LedgerStore } from './ledger/store.ts';
import { waitAnswers } from './ledger/wait-answers.ts';

export function createLedger(): Ledger {
  const { ledgerTable } = readConfig('ledgerTable');
  return new Ledger(new LedgerStore(documents(), ledgerTable), waitAnswers(machines()));
}
