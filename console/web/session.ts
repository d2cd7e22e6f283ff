/** Who looks at what: read once at the start, known to every page. */
import { createContext, useContext } from 'react';
import type { Session } from './api/shapes.ts';

const SessionContext = createContext<Session | undefined>(undefined);
export const SessionProvider = SessionContext.Provider;

/** undefined while it is being read. */
export const useSession = (): Session | undefined => useContext(SessionContext);

/** Whether buttons that change something are offered; the server refuses in any case. */
export const useMayOperate = (): boolean => useSession()?.identity.role === 'operator';
