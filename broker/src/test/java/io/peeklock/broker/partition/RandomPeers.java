/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The other partitions of a random one: they answer as they like, late or never, and bring messages, some of them twice.
 *
 * <p>Not thread safe.
 */
final class RandomPeers {
    static final int PARTITIONS = 3;

    private final Random random;
    private final RandomEntities entities;
    private final RandomDecisions decisions;
    private final List<Command.Arrive> offered = new ArrayList<>();
    private final List<Command.Arrive> brought = new ArrayList<>();
    private final List<Reserved> reserved = new ArrayList<>();

    /** A number for an edited message, and where. */
    private record Reserved(long entityId, long number) {}

    RandomPeers(Random random, RandomEntities entities) {
        this.random = random;
        this.entities = entities;
        this.decisions = new RandomDecisions(random);
    }

    Exchange exchange() {
        Exchange exchange = new Exchange(PARTITIONS);
        exchange.directory(entities::destination);
        for (int i = 1; i < PARTITIONS; i++) {
            exchange.joins(i, this::asked);
        }
        return exchange;
    }

    private void asked(Command command) {
        if (command instanceof Command.Arrive arrive) {
            offered.add(arrive);
        } else if (command instanceof Command.AskForTransfers ask) {
            if (random.nextBoolean()) {
                ask.reply()
                        .complete(ask.ids().stream()
                                .filter(id -> random.nextBoolean())
                                .toList());
            } else {
                ask.refuse(new BrokerException(ErrorCode.PartitionUnavailable, "out"));
            }
        } else if (command instanceof BranchCommand || command instanceof DecisionCommand) {
            decisions.asked(command);
        }
    }

    /** Something comes from others, or is answered by them. */
    void step(PartitionDriver driver) {
        if (random.nextInt(4) == 0) {
            Submission send = new Submission(entities.anyDestination(), message(random.nextBoolean()));
            decisions.step(driver, new TransactionWork(List.of(send), List.of(), List.of()));
        } else if (!offered.isEmpty() && random.nextInt(3) > 0) {
            answer(offered.remove(random.nextInt(offered.size())));
        } else if (!brought.isEmpty() && random.nextInt(3) == 0) {
            Command.Arrive again = brought.get(random.nextInt(brought.size()));
            driver.submit(
                    switch (random.nextInt(3)) {
                        case 0 -> copy(again);
                        case 1 -> new Command.ForgetArrivals(List.of(again.id(), anyId()));
                        default -> new Command.SourceIsBack(again.sourcePartition());
                    });
        } else if (random.nextInt(4) == 0) {
            resubmit(driver);
        } else {
            Command.Arrive one = bring();
            brought.add(one);
            driver.submit(one);
        }
    }

    /** An edited message gets a number here, and comes. It is not brought twice, as it would be if its transfer had not ended. */
    private void resubmit(PartitionDriver driver) {
        if (reserved.isEmpty() || random.nextBoolean()) {
            long entityId = entities.anySource();
            CompletableFuture<Long> reply = new CompletableFuture<>();
            reply.thenAccept(number -> reserved.add(new Reserved(entityId, number)));
            driver.submit(new Command.ReserveNumber(entityId, reply));
            return;
        }
        Reserved place = reserved.remove(random.nextInt(reserved.size()));
        boolean durable = random.nextBoolean();
        Departure edited = new Departure(message(durable), journey(), Departure.Way.RESUBMIT, place.number());
        driver.submit(new Command.Arrive(
                anyId(),
                1 + random.nextInt(2),
                place.entityId(),
                durable,
                List.of(new Command.Arrive.Item(1, edited)),
                new CompletableFuture<>()));
    }

    private void answer(Command.Arrive offer) {
        if (random.nextInt(3) == 0) {
            offer.refuse(new BrokerException(ErrorCode.OutcomeUnknown, "out"));
            return;
        }
        List<Refused> refused = new ArrayList<>();
        for (Command.Arrive.Item item : offer.items()) {
            if (random.nextInt(4) == 0) {
                refused.add(new Refused(item.number(), new Refusal("EntityDisabled", "it is")));
            }
        }
        offer.reply().complete(refused);
    }

    private UUID anyId() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private static Command.Arrive copy(Command.Arrive of) {
        return new Command.Arrive(
                of.id(), of.sourcePartition(), of.destinationId(), of.durable(), of.items(), new CompletableFuture<>());
    }

    private Command.Arrive bring() {
        List<Command.Arrive.Item> items = new ArrayList<>();
        boolean durable = random.nextInt(4) > 0;
        List<Departure.Way> ways = List.of(Departure.Way.FORWARD, Departure.Way.MOVE);
        Departure.Way way = ways.get(random.nextInt(ways.size()));
        for (int i = random.nextInt(4); i >= 0; i--) {
            boolean unheard = random.nextInt(20) == 0;
            items.add(new Command.Arrive.Item(i, unheard ? null : new Departure(message(durable), journey(), way, 0)));
        }
        return new Command.Arrive(
                anyId(), 1 + random.nextInt(2), entities.anyLasting(), durable, items, new CompletableFuture<>());
    }

    private Message message(boolean durable) {
        return Message.builder()
                .durable(durable)
                .sessionId(random.nextBoolean() ? "s" + random.nextInt(3) : null)
                .applicationMessageId(random.nextBoolean() ? "id" + random.nextInt(20) : null)
                .body(BodyKind.BYTES, new byte[random.nextInt(200)])
                .build();
    }

    private Journey journey() {
        return new Journey(1 + random.nextInt(99), 1 + random.nextInt(4), Long.MAX_VALUE, 0);
    }

    /** This process has ended, and with it what was asked. */
    void forget() {
        offered.clear();
    }
}
