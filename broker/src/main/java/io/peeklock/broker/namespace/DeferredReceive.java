/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.SequenceNumbers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Receives deferred messages by number over the partitions of an entity: all or none, so that what lies in several
 * partitions is locked in each before anything is given out (rule F3).
 *
 * <p>Used once, by one thread.
 */
final class DeferredReceive {
    static final int MAX_NUMBERS = 250;

    private final PartitionSet partitions;
    private final EntityRoute route;
    private final EntityPath source;
    private final ReceiverOptions options;
    private final Map<Long, Delivery> locked = new HashMap<>();

    DeferredReceive(PartitionSet partitions, EntityRoute route, EntityPath source, ReceiverOptions options) {
        this.partitions = partitions;
        this.route = route;
        this.source = source;
        this.options = options;
    }

    CompletableFuture<List<Delivery>> start(Collection<Long> sequenceNumbers) {
        if (options.filter() != null) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation, "deferred messages are received by number, not by a filter");
        }
        BrokerException disabled = route.receiveRefusal();
        if (disabled != null) {
            throw disabled;
        }
        List<Long> numbers = distinct(sequenceNumbers);
        Map<Integer, List<Long>> byPartition = byPartition(numbers);
        if (byPartition.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        if (byPartition.size() == 1) {
            int partition = byPartition.keySet().iterator().next();
            return receive(partition, numbers, options.mode());
        }
        return receiveFromSeveral(numbers, byPartition);
    }

    /** Each number once, if they are not too many. */
    static List<Long> distinct(Collection<Long> sequenceNumbers) {
        List<Long> numbers = List.copyOf(new LinkedHashSet<>(sequenceNumbers));
        if (numbers.size() > MAX_NUMBERS) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "at most " + MAX_NUMBERS + " deferred messages are received at once, not " + numbers.size());
        }
        return numbers;
    }

    private Map<Integer, List<Long>> byPartition(List<Long> numbers) {
        Map<Integer, List<Long>> byPartition = new TreeMap<>();
        for (long number : numbers) {
            int partition = route.isPartitioned() ? SequenceNumbers.partition(number) : route.homePartition();
            if (partition >= partitions.count()) {
                throw new BrokerException(
                        ErrorCode.MessageNotFound,
                        "nothing was received from " + source + ": no partition gives out the sequence number "
                                + number);
            }
            byPartition.computeIfAbsent(partition, p -> new ArrayList<>()).add(number);
        }
        return byPartition;
    }

    private CompletableFuture<List<Delivery>> receive(int partition, List<Long> numbers, ReceiveMode mode) {
        long autoRenewNanos = options.autoRenewNanos();
        return partitions
                .get(partition)
                .receiveDeferred(
                        route.entityId(), source.deadLetter(), numbers, mode, autoRenewNanos, options.lockLost());
    }

    private CompletableFuture<List<Delivery>> receiveFromSeveral(
            List<Long> numbers, Map<Integer, List<Long>> byPartition) {
        ConcurrentLinkedQueue<Delivery> come = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<?>> parts = new ArrayList<>();
        byPartition.forEach((partition, part) ->
                parts.add(receive(partition, part, ReceiveMode.PEEK_LOCK).thenAccept(come::addAll)));
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> {
                    come.forEach(delivery -> locked.put(delivery.sequenceNumber(), delivery));
                    if (failure != null) {
                        return giveBack(failure);
                    }
                    return options.mode() == ReceiveMode.PEEK_LOCK
                            ? CompletableFuture.completedFuture(inOrder(numbers))
                            : delete(numbers);
                })
                .thenCompose(next -> next);
    }

    /** Whoever hears of the failure finds the others free again. */
    private CompletableFuture<List<Delivery>> giveBack(Throwable failure) {
        return settle(Settlement.RELEASE).thenCompose(released -> CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<List<Delivery>> delete(List<Long> numbers) {
        return settle(Settlement.COMPLETE).thenApply(outcomes -> {
            BrokerException failure = null;
            for (SettlementOutcome outcome : outcomes) {
                if (outcome.failure() != null) {
                    failure = outcome.failure();
                    locked.remove(outcome.token().sequenceNumber());
                }
            }
            if (locked.isEmpty() && failure != null) {
                throw failure;
            }
            return inOrder(numbers).stream().map(DeferredReceive::withoutLock).toList();
        });
    }

    private CompletableFuture<List<SettlementOutcome>> settle(Settlement settlement) {
        List<LockToken> tokens =
                locked.values().stream().map(Delivery::requireLockToken).toList();
        return new BulkSettlement(partitions, tokens, settlement).start();
    }

    private List<Delivery> inOrder(List<Long> numbers) {
        return numbers.stream().map(locked::get).filter(Objects::nonNull).toList();
    }

    private static Delivery withoutLock(Delivery delivery) {
        return new Delivery(
                delivery.entity(),
                delivery.message(),
                MessageState.DEFERRED,
                delivery.sequenceNumber(),
                delivery.enqueuedSequenceNumber(),
                delivery.enqueuedTimeMs(),
                delivery.expiresAtMs(),
                delivery.deliveryCount(),
                null,
                0,
                delivery.deadLetterReason(),
                delivery.deadLetterDescription(),
                delivery.modifiedProperties());
    }
}
