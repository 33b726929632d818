/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.StagedSettlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * What transactions do in a random history: some are committed at once, others are prepared, and ended at some time.
 *
 * <p>Not thread safe.
 */
final class RandomTransactions {
    private record Reserved(long entityId, long number) {}

    private final Random random;
    private final RandomEntities entities;
    private final RandomSessions sessions;
    private final RandomMessages messages;
    private final List<LockToken> tokens;
    private final List<Reserved> reserved = new ArrayList<>();
    /** Of parts that were prepared, whatever has become of them. */
    private final List<UUID> parts = new ArrayList<>();

    RandomTransactions(
            Random random,
            RandomEntities entities,
            RandomSessions sessions,
            RandomMessages messages,
            List<LockToken> tokens) {
        this.random = random;
        this.entities = entities;
        this.sessions = sessions;
        this.messages = messages;
        this.tokens = tokens;
    }

    void reserveNumber(PartitionDriver driver, CompletableFuture<Long> reply) {
        long entity = entities.anyDestination();
        reply.thenAccept(number -> reserved.add(new Reserved(entity, number)));
        driver.submit(new Command.ReserveNumber(entity, reply));
    }

    private TransactionWork work() {
        List<Submission> sends = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            sends.add(new Submission(entities.anyDestination(), messages.next(), messages.anyTime(), 0));
        }
        if (!reserved.isEmpty()) {
            Reserved one = reserved.remove(0);
            sends.add(new Submission(one.entityId(), messages.next(), 1 + messages.anyTime(), one.number()));
        }
        List<StagedSettlement> settlements = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0 && !tokens.isEmpty(); i--) {
            LockToken token = tokens.remove(random.nextInt(tokens.size()));
            settlements.add(new StagedSettlement(token, messages.settlement()));
        }
        return new TransactionWork(sends, settlements, sessions.states());
    }

    void commit(PartitionDriver driver, CompletableFuture<Void> reply) {
        driver.submit(new Command.Commit(work(), random.nextInt(8) == 0, reply));
    }

    /** Prepares something, or ends what was prepared. */
    void stepOfPart(PartitionDriver driver, CompletableFuture<?> noted) {
        if (parts.isEmpty() || random.nextInt(5) < 2) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            parts.add(id);
            CompletableFuture<Void> reply = new CompletableFuture<>();
            end(reply, noted);
            driver.submit(new BranchCommand.Prepare(new PreparedPart(id, 1, xid(), List.of()), work(), reply));
            return;
        }
        UUID id = parts.get(random.nextInt(parts.size()));
        CompletableFuture<Boolean> reply = new CompletableFuture<>();
        end(reply, noted);
        driver.submit(
                switch (random.nextInt(5)) {
                    case 0 -> new BranchCommand.ForgetPart(id, reply);
                    case 1 -> new BranchCommand.EndByHand(id, random.nextBoolean(), reply);
                    default -> new BranchCommand.EndPart(id, random.nextInt(3) > 0, reply);
                });
    }

    private static void end(CompletableFuture<?> reply, CompletableFuture<?> noted) {
        reply.whenComplete((done, failure) -> noted.cancel(false));
    }

    private BranchXid xid() {
        byte[] gtrid = new byte[1 + random.nextInt(BranchXid.MAX_PART_BYTES)];
        random.nextBytes(gtrid);
        return new BranchXid(random.nextInt(1000), gtrid, new byte[random.nextInt(3)]);
    }
}
