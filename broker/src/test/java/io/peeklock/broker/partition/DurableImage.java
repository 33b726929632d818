/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.MessageState;
import io.peeklock.broker.MessageTally;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport;
import io.peeklock.journal.PartitionJournal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a partition's state must be the same after a load: entities, numbers, and every durable message with its content.
 *
 * <p>Immutable.
 */
record DurableImage(Map<Long, Entity> entities, Set<Arrival> arrivals, Set<Decision> decisions, long nextRecordId) {

    /** @param definition null of a deleted one: its record may come after its messages, and nobody needs its settings */
    record Entity(
            @Nullable EntityDefinition definition,
            long recordId,
            long reservedNumber,
            boolean deleted,
            Set<SeenId> ids,
            List<Entry> messages,
            Map<String, String> sessionStates,
            Set<Way> transfers) {}

    record Way(TransferRecord transfer, long recordId) {}

    record Entry(
            long recordId,
            int chunks,
            long sequenceNumber,
            long enqueuedSequenceNumber,
            long enqueuedTimeMs,
            long expiresAtMs,
            int contentBytes,
            int priority,
            int hops,
            DeliveryState delivery,
            Message content) {}

    static DurableImage of(PartitionState state, Collection<Fragment> deleted, BodyStore bodies) {
        Map<Long, Entity> entities = new TreeMap<>();
        for (Fragment fragment : state.fragments()) {
            entities.put(fragment.entityId(), entity(fragment, false, bodies));
        }
        for (Fragment fragment : deleted) {
            // One without a record is nowhere but in memory.
            if (fragment.recordId != 0) {
                entities.put(fragment.entityId(), entity(fragment, true, bodies));
            }
        }
        Set<Arrival> arrivals = state.transfers().arrivals().stream()
                .filter(arrival -> arrival.recordId() != 0)
                .collect(Collectors.toSet());
        return new DurableImage(entities, arrivals, Set.copyOf(state.decisions.all()), state.nextRecordId());
    }

    private static Entity entity(Fragment fragment, boolean deleted, BodyStore bodies) {
        List<Entry> messages = new ArrayList<>();
        MessageEntry entry = fragment.firstFrom(0);
        while (entry != null) {
            if (entry.isDurable()) {
                messages.add(new Entry(
                        entry.recordId,
                        entry.chunks,
                        entry.sequenceNumber,
                        entry.enqueuedSequenceNumber,
                        entry.enqueuedTimeMs,
                        entry.expiresAtMs,
                        entry.contentBytes,
                        entry.priority,
                        entry.hops,
                        entry.delivery,
                        bodies.content(entry)));
            }
            entry = fragment.firstFrom(entry.sequenceNumber + 1);
        }
        return new Entity(
                deleted ? null : fragment.definition(),
                fragment.recordId,
                fragment.recordId == 0 || deleted ? 0 : fragment.reservedNumber,
                deleted,
                fragment.seenIds.all().stream().filter(SeenId::isDurable).collect(Collectors.toSet()),
                messages,
                sessionStates(fragment),
                transfers(fragment));
    }

    /** Of what is on its way: the messages that are here. */
    private static Set<Way> transfers(Fragment fragment) {
        return fragment.transfers.stream()
                .filter(transfer -> transfer.recordId != 0)
                .map(transfer -> new Way(
                        new TransferRecord(
                                transfer.id,
                                transfer.source.entityId(),
                                transfer.destinationId,
                                transfer.destinationPartition,
                                transfer.deadLetter,
                                transfer.way,
                                transfer.entries.stream()
                                        .filter(transfer::holds)
                                        .map(entry -> entry.sequenceNumber)
                                        .toList()),
                        transfer.recordId))
                .collect(Collectors.toSet());
    }

    private static Map<String, String> sessionStates(Fragment fragment) {
        Map<String, String> states = new TreeMap<>();
        SessionTable sessions = fragment.sessions();
        if (sessions != null) {
            for (Session session : sessions.all()) {
                if (session.state != null && session.stateRecordId != 0) {
                    states.put(session.id, session.stateRecordId + ":" + Arrays.toString(session.state));
                }
            }
        }
        return states;
    }

    /** What a load of a store gives. */
    static DurableImage load(RecordedStore store, Map<Long, Command.Define> definitions, long highestEntityId)
            throws JournalException {
        PartitionState state = new PartitionState(0);
        BodyStore bodies = new BodyStore(store, 0, new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE));
        PartitionLoader loader = new PartitionLoader(state, bodies, store, definitions, highestEntityId);
        try (PartitionJournal journal = store.open(0, new JournalWatch(() -> {}))) {
            LoadReport report = loader.finish(journal.load(loader));
            assertThat(report.findings()).isEmpty();
        }
        for (Fragment fragment : state.fragments()) {
            checkCounters(fragment);
        }
        return of(state, loader.dropped(), bodies);
    }

    /** The counters of a fragment are what counting gives (rule D6). */
    static void checkCounters(Fragment fragment) {
        Map<MessageState, MessageTally> live = new EnumMap<>(MessageState.class);
        Map<MessageState, MessageTally> dead = new EnumMap<>(MessageState.class);
        long bytes = 0;
        MessageEntry entry = fragment.firstFrom(0);
        while (entry != null) {
            DeliveryState delivery = entry.delivery;
            MessageState standing = entry.lock == null ? delivery.state() : MessageState.LOCKED;
            (delivery.deadLettered() ? dead : live)
                    .merge(standing, new MessageTally(1, entry.contentBytes), MessageTally::plus);
            if (delivery.state() == MessageState.SCHEDULED && entry.lock == null) {
                MessageEntry first = fragment.firstDue();
                assertThat(entry.position).isEqualTo(MessageEntry.Position.PARKED);
                assertThat(first).as("first of the scheduled ones").isNotNull();
                assertThat(first.dueMs()).isLessThanOrEqualTo(entry.dueMs());
            }
            bytes += entry.contentBytes;
            entry = fragment.firstFrom(entry.sequenceNumber + 1);
        }
        for (MessageState standing : MessageState.values()) {
            assertThat(fragment.queue.tallies.of(standing))
                    .as("%s in %s", standing, fragment)
                    .isEqualTo(live.getOrDefault(standing, MessageTally.NONE));
            assertThat(fragment.deadLetterQueue.tallies.of(standing))
                    .as("%s in the dead-letter queue of %s", standing, fragment)
                    .isEqualTo(dead.getOrDefault(standing, MessageTally.NONE));
        }
        assertThat(fragment.sizeBytes).isEqualTo(bytes + SessionInvariants.check(fragment));
    }
}
