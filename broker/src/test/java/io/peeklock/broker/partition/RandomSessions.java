/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.StagedSessionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What happens to sessions in a random history: some are accepted by name, renewed, given a state, closed.
 *
 * <p>Not thread safe.
 */
final class RandomSessions {
    private record Held(long entity, TestSubscriber subscriber, CompletableFuture<SessionGrant> grant) {}

    private final Random random;
    private final RandomEntities entities;
    private final List<Held> held = new ArrayList<>();

    RandomSessions(Random random, RandomEntities entities) {
        this.random = random;
        this.entities = entities;
    }

    /** Of a message: seldom none, which an entity with sessions dead-letters. */
    @Nullable
    String idOrNull() {
        return random.nextInt(8) == 0 ? null : id();
    }

    private String id() {
        return "session" + random.nextInt(3);
    }

    SessionDemand demand(boolean movesOn) {
        return new SessionDemand(random.nextInt(3) == 0 ? id() : null, movesOn);
    }

    void step(PartitionDriver driver, List<TestSubscriber> subscribers) {
        long entity = entities.anySource();
        if (held.isEmpty() || random.nextInt(3) == 0) {
            accept(driver, entity, subscribers);
            return;
        }
        Held one = held.get(random.nextInt(held.size()));
        SessionGrant grant = one.grant().isDone() && !one.grant().isCompletedExceptionally()
                ? one.grant().join()
                : null;
        if (grant == null || random.nextInt(3) == 0) {
            driver.submit(new Command.Unsubscribe(one.entity(), false, one.subscriber()));
            held.remove(one);
        } else if (random.nextBoolean()) {
            driver.submit(new Command.SetSessionState(grant.token(), state(), new CompletableFuture<>()));
        } else if (random.nextBoolean()) {
            driver.submit(new Command.RenewSession(grant.token(), new CompletableFuture<>()));
        } else {
            one.subscriber().want(1);
            driver.submit(new Command.Fetch(one.entity(), false, one.subscriber(), () -> {}));
        }
    }

    private byte @Nullable [] state() {
        return random.nextInt(3) == 0 ? null : new byte[random.nextInt(2000)];
    }

    /** What a transaction sets: states of some that are held, or were. */
    List<StagedSessionState> states() {
        List<StagedSessionState> states = new ArrayList<>();
        for (Held one : held) {
            CompletableFuture<SessionGrant> grant = one.grant();
            if (grant.isDone() && !grant.isCompletedExceptionally() && random.nextInt(4) == 0) {
                states.add(new StagedSessionState(grant.join().token(), state()));
            }
        }
        return states;
    }

    private void accept(PartitionDriver driver, long entity, List<TestSubscriber> subscribers) {
        TestSubscriber subscriber = new TestSubscriber(
                        entities.flags(entity).of(false).requests(), ReceiveMode.PEEK_LOCK, null, 0)
                .of(demand(false));
        subscribers.add(subscriber);
        CompletableFuture<SessionGrant> grant = new CompletableFuture<>();
        driver.submit(new Command.Subscribe(entity, false, subscriber));
        driver.submit(new Command.AcceptSession(entity, id(), subscriber, grant));
        held.add(new Held(entity, subscriber, grant));
    }

    /** That of somebody who holds a session of the entity, or has held one. */
    @Nullable
    UUID anyLock(long entity) {
        for (Held one : held) {
            if (one.entity() == entity && one.grant().isDone() && !one.grant().isCompletedExceptionally()) {
                return one.grant().join().token().id();
            }
        }
        return null;
    }

    /** The process has ended. */
    void forget() {
        held.clear();
    }
}
