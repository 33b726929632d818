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
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
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
record DurableImage(
        Map<Long, Entity> entities,
        Set<Arrival> arrivals,
        Set<Decision> decisions,
        Map<Long, String> parts,
        long nextRecordId) {

    /** @param definition null of a deleted one: its record may come after its messages, and nobody needs its settings */
    record Entity(
            @Nullable EntityDefinition definition,
            long recordId,
            long reservedNumber,
            boolean deleted,
            Set<SeenId> ids,
            List<Entry> messages,
            List<Entry> staged,
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
        // Whoever drives: this looks at everything.
        boolean mayWait = bodies.mayWait();
        bodies.mayWait(true);
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
        DurableImage image = new DurableImage(
                entities, arrivals, Set.copyOf(state.decisions.all()), parts(state), state.nextRecordId());
        bodies.mayWait(mayWait);
        return image;
    }

    private static Entity entity(Fragment fragment, boolean deleted, BodyStore bodies) {
        List<Entry> messages = new ArrayList<>();
        MessageEntry entry = fragment.firstFrom(0);
        while (entry != null) {
            if (entry.isDurable()) {
                messages.add(image(entry, bodies));
            }
            entry = fragment.firstFrom(entry.sequenceNumber + 1);
        }
        List<Entry> staged = fragment.staged.stream()
                .filter(MessageEntry::isDurable)
                .sorted(Comparator.comparingLong(one -> one.recordId))
                .map(one -> image(one, bodies))
                .toList();
        return new Entity(
                deleted ? null : fragment.definition(),
                fragment.recordId,
                fragment.recordId == 0 || deleted ? 0 : fragment.reservedNumber,
                deleted,
                fragment.seenIds.all().stream().filter(SeenId::isDurable).collect(Collectors.toSet()),
                messages,
                staged,
                sessionStates(fragment),
                transfers(fragment));
    }

    private static Entry image(MessageEntry entry, BodyStore bodies) {
        return new Entry(
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
                bodies.content(entry));
    }

    /** What they would be written as now, without what goes with deleted entities. */
    private static Map<Long, String> parts(PartitionState state) {
        Map<Long, String> parts = new TreeMap<>();
        for (BranchPart part : state.branches().all()) {
            BranchPart here = new BranchPart(part.part, part.state, part.preparedAtMs);
            part.settlements.forEach((entry, settlement) -> {
                if (isHere(state, entry.fragment)) {
                    here.settlements.put(entry, settlement);
                }
            });
            for (StagedSend send : part.sends) {
                if (isHere(state, send.destination())) {
                    List<StagedSend.StagedCopy> copies = send.copies().stream()
                            .filter(copy -> isHere(state, copy.entry().fragment))
                            .toList();
                    here.sends.add(new StagedSend(
                            send.destination(),
                            send.reservedNumber(),
                            send.dueMs(),
                            send.sentMs(),
                            send.byTheBus(),
                            send.id(),
                            send.durable(),
                            copies));
                }
            }
            part.states.stream().filter(one -> isHere(state, one.fragment())).forEach(here.states::add);
            parts.put(part.recordId, HexFormat.of().formatHex(BranchText.encode(BranchRecord.of(here))));
        }
        return parts;
    }

    private static boolean isHere(PartitionState state, @Nullable Fragment fragment) {
        return fragment != null && state.fragment(fragment.entityId()) == fragment;
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
        checkCounters(state);
        return of(state, loader.dropped(), bodies);
    }

    static void checkCounters(PartitionState state) {
        Map<Fragment, Long> kept = BranchInvariants.check(state);
        for (Fragment fragment : state.fragments()) {
            long others = kept.getOrDefault(fragment, 0L) + SessionInvariants.check(fragment);
            assertThat(fragment.sizeBytes).isEqualTo(messageBytes(fragment) + others);
        }
    }

    /** The counters of a fragment are what counting gives (rule D6). Returns the size of its messages. */
    private static long messageBytes(Fragment fragment) {
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
        return bytes;
    }
}
