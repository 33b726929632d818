/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.SettlementOutcome;
import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A bus with entities and a manager's policy, and what tests of claims do with it in one line each.
 *
 * <p>Not thread safe.
 */
abstract class ClaimFixture {
    static final String KEY = "the-app-key";

    TestBus bus = TestBus.simulated(2, TestBus.config(Profile.JMS));

    @BeforeEach
    void define() {
        open(Profile.JMS, false);
    }

    void open(Profile profile, boolean partitioned) {
        bus.close();
        bus = TestBus.simulated(2, TestBus.config(profile));
        bus.create(QueueDescription.builder("orders").partitioned(partitioned));
        bus.create(QueueDescription.builder("sessions").partitioned(partitioned).sessionRequired(true));
        bus.get(bus.namespace.createTopic(
                TopicDescription.builder("news").partitioned(partitioned).build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("news", "s")));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("news", "app")
                .madeByApplication(true)
                .build()));
        bus.get(bus.namespace.createPolicy(
                AccessPolicy.of("manager", Claim.MANAGE).withPrimaryKey(AccessKey.of("manager-key"))));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    /** A policy of that name with the app's key. */
    AccessPolicy policy(@Nullable EntityPath entity, Claim first, Claim... others) {
        return policy(entity, EnumSet.of(first, others));
    }

    AccessPolicy policy(@Nullable EntityPath entity, Set<Claim> claims) {
        return bus.get(bus.namespace.createPolicy(new AccessPolicy(entity, "app", claims, AccessKey.of(KEY), null)));
    }

    Namespace app() {
        return bus.namespace.authorize("app", KEY);
    }

    /** Whether a call, which may answer in a future, is refused for want of a claim. */
    boolean isRefused(Supplier<Object> call) {
        Object answer;
        try {
            answer = call.get();
        } catch (BrokerException e) {
            return e.code() == ErrorCode.Unauthorized;
        }
        bus.run();
        if (!(answer instanceof CompletableFuture<?> future) || !future.isDone()) {
            return false;
        }
        Object end = future.handle((value, failure) -> failure == null ? value : failure)
                .join();
        if (end instanceof Collection<?> outcomes
                && outcomes.iterator().hasNext()
                && outcomes.iterator().next() instanceof SettlementOutcome outcome) {
            end = outcome.failure();
        }
        return end instanceof BrokerException e && e.code() == ErrorCode.Unauthorized;
    }

    static List<Claim> allBut(Claim claim) {
        return List.copyOf(EnumSet.complementOf(EnumSet.of(claim, Claim.MANAGE)));
    }
}
