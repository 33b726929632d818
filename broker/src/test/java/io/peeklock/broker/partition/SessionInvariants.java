/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.partition.MessageEntry.Position;
import java.util.HashMap;
import java.util.Map;

/** What must hold of the sessions of a fragment, whatever has happened. Stateless. */
final class SessionInvariants {

    private SessionInvariants() {}

    /** Returns how many bytes of state there are. */
    static long check(Fragment fragment) {
        SessionTable sessions = fragment.sessions();
        if (sessions == null) {
            return 0;
        }
        Map<String, Integer> members = new HashMap<>();
        Map<String, Integer> waiting = new HashMap<>();
        MessageEntry entry = fragment.queue.messages.firstFrom(0);
        while (entry != null) {
            String id = entry.sessionId;
            if (id != null) {
                members.merge(id, 1, Integer::sum);
                boolean waits = entry.position == Position.PENDING || entry.position == Position.READY;
                waiting.merge(id, waits ? 1 : 0, Integer::sum);
                MessageLock lock = entry.lock;
                if (lock != null && lock.part == null) {
                    assertThat(lock.session).isNotNull().matches(held -> held.session.lock == held);
                }
            }
            entry = fragment.queue.messages.firstFrom(entry.sequenceNumber + 1);
        }
        long bytes = 0;
        int states = 0;
        boolean free = false;
        for (Session session : sessions.all()) {
            assertThat(session.isNothing())
                    .as("session %s is nothing", session.id)
                    .isFalse();
            assertThat(session.messages).isEqualTo(members.getOrDefault(session.id, 0));
            assertThat(session.waiting).hasSize(waiting.getOrDefault(session.id, 0));
            bytes += session.stateBytes();
            states += session.state == null ? 0 : 1;
            free |= session.lock == null && session.parts == 0 && session.next() != null;
            SessionLock lock = session.lock;
            if (lock != null) {
                assertThat(lock.unsettled).allMatch(held -> held.lock != null && held.lock.session == lock);
            }
        }
        assertThat(sessions.all()).hasSizeGreaterThanOrEqualTo(members.size());
        assertThat(sessions.size()).isEqualTo(sessions.all().size());
        assertThat(sessions.held())
                .isEqualTo((int) sessions.all().stream().filter(Session::isHeld).count());
        assertThat(sessions.states()).isEqualTo(states);
        assertThat(sessions.hasFree()).isEqualTo(free);
        return bytes;
    }
}
