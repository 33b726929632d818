/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.partition.MessageEntry.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What must hold of prepared parts, whatever has happened. Stateless. */
final class BranchInvariants {

    private BranchInvariants() {}

    /** Returns how many bytes are kept for staged messages and states, by fragment. */
    static Map<Fragment, Long> check(PartitionState state) {
        Map<Fragment, Long> kept = new HashMap<>();
        Map<Session, Integer> held = new HashMap<>();
        Set<MessageEntry> staged = new HashSet<>();
        for (BranchPart part : state.branches().all()) {
            part.settlements
                    .keySet()
                    .forEach(entry -> assertThat(entry.lock).isNotNull().matches(lock -> lock.part == part));
            for (StagedSend send : part.sends) {
                for (StagedSend.StagedCopy copy : send.copies()) {
                    MessageEntry entry = copy.entry();
                    assertThat(staged.add(entry)).isTrue();
                    assertThat(entry.position).isEqualTo(Position.STAGED);
                    assertThat(entry.sequenceNumber).isZero();
                }
            }
            part.states.forEach(one -> kept.merge(one.fragment(), (long) one.reservedBytes(), Long::sum));
            for (BranchPart.HeldSession one : part.heldSessions) {
                SessionTable sessions = one.fragment().sessions();
                Session session = sessions == null ? null : sessions.find(one.sessionId());
                assertThat(session).as("session %s", one.sessionId()).isNotNull();
                held.merge(session, 1, Integer::sum);
            }
        }
        for (Fragment fragment : state.fragments()) {
            assertThat(staged).containsAll(fragment.staged);
            fragment.staged.forEach(entry -> kept.merge(fragment, (long) entry.contentBytes, Long::sum));
            staged.removeAll(fragment.staged);
            SessionTable sessions = fragment.sessions();
            if (sessions != null) {
                sessions.all().forEach(session -> assertThat(session.parts).isEqualTo(held.getOrDefault(session, 0)));
            }
        }
        assertThat(staged)
                .as("staged messages of a part that no entity has")
                // Those of an entity that a load has found deleted go when it is dropped.
                .allMatch(entry -> !entry.fragment.gone && state.fragment(entry.fragment.entityId()) == null);
        return kept;
    }
}
