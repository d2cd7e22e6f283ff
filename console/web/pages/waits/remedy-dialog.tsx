/** Asks for the reason of a remedy, and sends it. What is done is recorded with who, when and why. */
import { write } from '../../api/client.ts';
import type { StuckWait } from '../../api/shapes.ts';
import { STUCK_WORDS } from '../../logic/vocabulary.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { OrderLink } from '../../parts/words.tsx';

export type Remedy = StuckWait['remedies'][number];
export interface AskedRemedy {
  readonly wait: StuckWait;
  readonly remedy: Remedy;
}

export function RemedyDialog({
  asked,
  onClose,
  onDone,
}: {
  /** Closed without one. */
  readonly asked?: AskedRemedy;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  return (
    <ReasonDialog
      isOpen={asked !== undefined}
      title={asked?.remedy.label ?? ''}
      consequence={
        asked === undefined ? null : (
          <>
            {STUCK_WORDS[asked.wait.kind].label}: {asked.wait.what}
            <OrderLink orderId={asked.wait.orderId} isWhole />
          </>
        )
      }
      action={asked?.remedy.label ?? ''}
      isDangerous={asked?.remedy.kind === 'cancel' || asked?.remedy.kind === 'stop-execution'}
      onClose={onClose}
      onConfirm={async (why) => {
        if (asked === undefined) return;
        const { orderId, kind, signalId, executionArn } = asked.wait;
        await write('/waits/remedy', {
          orderId,
          kind,
          remedy: asked.remedy.kind,
          why,
          ...(signalId === undefined ? {} : { signalId }),
          ...(executionArn === undefined ? {} : { executionArn }),
        });
        onDone();
      }}
    />
  );
}
