/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.administration.EntityFile.Keys;
import io.peeklock.administration.EntityFile.Others;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * When applying a file ends in the middle, applying it again does the rest.
 *
 * <p>One thread.
 */
@Tag("W4")
final class EntityFileCrashTest extends FileFixture {

    /** Entities, rules, and policies of the namespace, a queue and a topic. */
    private static String document() {
        return resource("shop.json")
                .replace(
                        "\"Name\": \"sbemulatorns\",", "\"Name\": \"sbemulatorns\"," + policies("root", "Manage") + ",")
                .replace("\"Name\": \"plain\"", "\"Name\": \"plain\"," + policies("till", "Send"))
                .replace("\"Name\": \"stock\",", "\"Name\": \"stock\"," + policies("shelf", "Listen") + ",");
    }

    private static String policies(String name, String right) {
        return "'AuthorizationRules': [%s, %s]"
                .formatted(policy(name, right), policy(name + "-2", right))
                .replace('\'', '"');
    }

    private static String policy(String name, String right) {
        return "{'Name': '%s', 'Properties': {'Rights': ['%s'], 'PrimaryKey': '%1$s-first-key', 'SecondaryKey': '%1$s-other-key'}}"
                .formatted(name, right);
    }

    private String exportWithKeys() {
        return bus.get(EntityFile.export(bus.namespace, Keys.INCLUDED));
    }

    /** What the file makes of an empty namespace. */
    private String whole(String document) {
        apply(document);
        String whole = exportWithKeys();
        assertThat(whole).contains("root-2-other-key", "till-2-other-key", "shelf-2-other-key", "all-headers");
        bus.close();
        bus = newBus(Profile.JMS);
        return whole;
    }

    /** Begins to apply it, and lets so many changes reach the disk; returns whether that was all. */
    private boolean begin(String document, int changes) {
        bus.syncs(false);
        CompletableFuture<AppliedChanges> applying = EntityFile.parse(document).applyTo(bus.namespace, Others.KEEP);
        for (int i = 0; i < changes; i++) {
            bus.runtime.runUntilIdle();
            bus.store().sync(JournalStore.DEFINITIONS, 1);
        }
        bus.runtime.runUntilIdle();
        return applying.isDone();
    }

    @Test
    void aPowerCutAtAnyChangeIsMadeUpFor() {
        String document = document();
        String whole = whole(document);
        boolean done = false;
        int changes = 0;
        while (!done) {
            done = begin(document, changes++);
            bus = bus.crashed();
            apply(document);
            assertThat(exportWithKeys()).as("after %d changes", changes).isEqualTo(whole);
            bus.close();
            bus = newBus(Profile.JMS);
        }
        assertThat(changes).as("power cuts").isGreaterThan(16);
    }

    /** Wherever it is cut: with none at all, whoever names a user would be let in. */
    @Test
    @Tag("Q6")
    void aPowerCutWhilePoliciesAreReplacedLeavesSomeAndIsMadeUpFor() {
        String before = many("a");
        String after = many("b");
        boolean done = false;
        int changes = 0;
        while (!done) {
            apply(before);
            done = begin(after, changes++);
            bus = bus.crashed();
            assertThat(bus.get(bus.namespace.policies(EntityPath.queue("orders"))))
                    .as("after %d changes", changes)
                    .hasSizeBetween(11, 12);
            apply(after);
            assertThat(bus.get(bus.namespace.policies(EntityPath.queue("orders"))))
                    .hasSize(12)
                    .allSatisfy(policy -> assertThat(policy.name()).startsWith("b"));
            bus.close();
            bus = newBus(Profile.JMS);
        }
        assertThat(changes).as("power cuts").isGreaterThan(24);
    }

    /** A queue with as many policies as it may have. */
    private static String many(String prefix) {
        return queues("{'Name': 'orders', 'AuthorizationRules': ["
                + IntStream.range(0, 12)
                        .mapToObj(i -> policy(prefix + i, "Listen"))
                        .collect(Collectors.joining(","))
                + "]}");
    }

    @Test
    void aDiskThatFailsSaysHowFarItCameAndIsMadeUpForOnceItIsMended() {
        String document = document();
        String whole = whole(document);
        begin(document, 3);
        bus = bus.killed();
        bus.store().failNextAppend(JournalStore.DEFINITIONS, Reason.IO);
        BrokerException failure = bus.failure(EntityFile.parse(document).applyTo(bus.namespace, Others.KEEP));
        assertThat(failure.code()).isIn(ErrorCode.OutcomeUnknown, ErrorCode.PartitionUnavailable);
        assertThat(failure)
                .hasMessageContaining("applied in part: after 0 changes")
                .hasMessageContaining("again");
        assertThat(refused(document)).singleElement().asString().contains("nothing can be changed");
        bus.get(bus.namespace.reopen(JournalStore.DEFINITIONS));
        apply(document);
        assertThat(exportWithKeys()).isEqualTo(whole);
    }
}
