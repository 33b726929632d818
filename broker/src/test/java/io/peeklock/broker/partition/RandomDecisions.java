/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Transactions that a random partition decides for others, and what the others answer.
 *
 * <p>Not thread safe.
 */
final class RandomDecisions {
    private final Random random;
    private final List<UUID> begun = new ArrayList<>();

    RandomDecisions(Random random) {
        this.random = random;
    }

    /** One is begun, decided, given up, or done somewhere. */
    void step(PartitionDriver driver, TransactionWork work) {
        if (begun.isEmpty() || random.nextInt(4) == 0) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            begun.add(id);
            driver.submit(new DecisionCommand.Begin(id, new CompletableFuture<>()));
            return;
        }
        driver.submit(
                switch (random.nextInt(6)) {
                    case 0, 1 ->
                        new DecisionCommand.Decide(
                                any(),
                                work,
                                random.nextBoolean() ? List.of(1, 2) : List.of(1 + random.nextInt(2)),
                                new CompletableFuture<>());
                    case 2 -> new DecisionCommand.GiveUp(any(), new CompletableFuture<>());
                    case 3 -> new DecisionCommand.Ask(List.of(any(), any()), new CompletableFuture<>());
                    default ->
                        new DecisionCommand.ParticipantDone(any(), 1 + random.nextInt(2), new CompletableFuture<>());
                });
    }

    private UUID any() {
        return begun.get(Math.max(0, begun.size() - 1 - random.nextInt(5)));
    }

    /** What another partition says, if anything. */
    void asked(Command command) {
        if (random.nextInt(3) == 0) {
            command.refuse(new BrokerException(ErrorCode.PartitionUnavailable, "out"));
        } else if (command instanceof BranchCommand.EndPart end) {
            end.reply().complete(random.nextBoolean());
        } else if (command instanceof DecisionCommand.Ask ask) {
            Map<UUID, Verdict> verdicts = new HashMap<>();
            ask.ids().forEach(id -> verdicts.put(id, Verdict.values()[random.nextInt(Verdict.values().length)]));
            ask.reply().complete(verdicts);
        }
    }
}
