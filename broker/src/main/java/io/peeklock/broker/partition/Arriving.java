/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes what other partitions bring, each transfer once however often it is offered (rule W1). The counterpart of {@link
 * Transferring}.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class Arriving {
    private final PartitionState state;
    private final Admitting admitting;
    private final Enqueuing enqueuing;
    private final Exchange exchange;

    Arriving(PartitionState state, Admitting admitting, Enqueuing enqueuing, Exchange exchange) {
        this.state = state;
        this.admitting = admitting;
        this.enqueuing = enqueuing;
        this.exchange = exchange;
    }

    void arrive(Round round, Command.Arrive command) {
        Arrival known = state.transfers().arrival(command.id());
        List<Refused> refused = known == null ? take(round, command) : known.refused();
        if (refused == null) {
            round.refuse(
                    command,
                    new BrokerException(
                            ErrorCode.QuotaExceeded,
                            "partition " + state.partition + " has no room for a transfer now"));
            return;
        }
        round.whenDurable.add(new FutureReply<>(command.reply(), refused));
    }

    /** Puts in what the destination takes, and gives what it does not; null if there is no room, and nothing was done. */
    private @Nullable List<Refused> take(Round round, Command.Arrive command) {
        Fragment destination = state.fragment(command.destinationId());
        List<Refused> refused = new ArrayList<>();
        List<Intake> taken = new ArrayList<>();
        Admitting.Staged staged = new Admitting.Staged(false);
        for (Command.Arrive.Item item : command.items()) {
            if (destination == null) {
                refused.add(new Refused(item.number(), Refusal.of(state.gone())));
                continue;
            }
            Departure departure = item.departure();
            if (departure == null) {
                refused.add(new Refused(item.number(), Refusal.NOT_COME));
                continue;
            }
            Intake intake = admitting.intake(round, destination, departure);
            if (departure.way().dropsDuplicates() && staged.repeats(intake)) {
                // Of a message of this transfer (rule U1): it leaves the source, and is dropped.
                continue;
            }
            Refusal why = admitting.moveRefusal(intake, staged);
            if (why != null) {
                refused.add(new Refused(item.number(), why));
            } else if (admitting.roomRefusal(intake, staged, round.diskFull) != null) {
                return null;
            } else {
                staged.add(intake);
                taken.add(intake);
            }
        }
        for (Intake intake : taken) {
            enqueuing.enqueue(round, intake, true);
        }
        // Also if nothing was taken: an offer that waits behind this one must not get another answer.
        long recordId = command.durable() ? state.takeRecordIds(1) : 0;
        Arrival arrival = new Arrival(command.id(), command.sourcePartition(), List.copyOf(refused), recordId);
        round.emit(new Change.Arrived(arrival));
        return refused;
    }

    /** The sources have ended them: nobody offers them again. */
    void forget(Round round, List<UUID> transfers) {
        for (UUID transfer : transfers) {
            Arrival arrival = state.transfers().arrival(transfer);
            if (arrival != null) {
                // Nobody waits for it: what comes back is forgotten after the next start.
                round.emitLazily(new Change.ArrivalForgotten(arrival));
            }
        }
    }

    /** After a load: asks the sources which transfers they have ended without its having been heard here. */
    void recover(Round round) {
        Map<Integer, List<UUID>> bySource = new TreeMap<>();
        for (Arrival arrival : state.transfers().arrivals()) {
            bySource.computeIfAbsent(arrival.sourcePartition(), source -> new ArrayList<>())
                    .add(arrival.transfer());
        }
        bySource.forEach((source, transfers) -> ask(round, source, transfers));
    }

    /** It was loaded: what it has ended without telling is asked again. */
    void sourceIsBack(Round round, int source) {
        List<UUID> transfers = state.transfers().arrivals().stream()
                .filter(arrival -> arrival.sourcePartition() == source)
                .map(Arrival::transfer)
                .toList();
        if (!transfers.isEmpty()) {
            ask(round, source, transfers);
        }
    }

    /** One that is out does not answer, and says when it is back. */
    private void ask(Round round, int source, List<UUID> transfers) {
        CompletableFuture<@Nullable List<UUID>> reply = new CompletableFuture<>();
        reply.thenAccept(ended ->
                exchange.submit(state.partition, new Command.ForgetArrivals(ended == null ? List.of() : ended)));
        Command ask = new Command.AskForTransfers(transfers, reply);
        round.whenDurable.add(Replies.afterwards(() -> exchange.submit(source, ask)));
    }
}
