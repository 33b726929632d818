/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jms.core.JmsTemplate;

/** What is said of the broker's health. */
final class StoreHealthTest {

    @TempDir
    Path directory;

    private final Map<String, Object> details = new HashMap<>();

    private ApplicationContextRunner runner() {
        return Contexts.withJms()
                .withPropertyValues("peeklock.directory=" + directory.resolve("bus"), "peeklock.partitions=2");
    }

    @Test
    void allIsWell() {
        runner().run(context -> {
            assertThat(context.getBean(HealthCheck.class).check(details)).isTrue();
            assertThat(details)
                    .containsEntry("store", "open")
                    .containsEntry("partitions", 2)
                    .containsEntry("partitionsOut", Map.of())
                    .containsKeys("id", "provider");
            assertThat(details.get("url")).asString().contains(directory.toString());
        });
    }

    @Test
    void aPartitionThatIsOutIsNamed() throws Exception {
        runner().withPropertyValues("peeklock.auto-create-partitioned=true").run(context -> {
            for (int i = 0; i < 4; i++) { // Into both.
                context.getBean(JmsTemplate.class).convertAndSend("orders", "an order");
            }
        });
        Path bus = directory.resolve("bus");
        Files.copy(
                bus.resolve("partition-00/partition.identity"),
                bus.resolve("partition-01/partition.identity"),
                StandardCopyOption.REPLACE_EXISTING);
        runner().withPropertyValues("peeklock.auto-create-partitioned=true").run(context -> {
            assertThat(context.getBean(HealthCheck.class).check(details)).isFalse();
            assertThat(((Map<?, ?>) details.get("partitionsOut")).keySet()).isEqualTo(java.util.Set.of("1"));
        });
    }

    @Test
    @Tag("Q6")
    void aUserWithoutTheClaimManageIsToldSo() throws Exception {
        runner().run(context -> {
            AccessPolicy policy = context.getBean(Namespace.class)
                    .createPolicy(AccessPolicy.of("shop", Claim.SEND))
                    .join();
            runner().withPropertyValues(
                            "peeklock.user=shop",
                            "peeklock.password=" + policy.primaryKey().text())
                    .run(shop -> {
                        assertThat(shop.getBean(HealthCheck.class).check(details))
                                .isTrue();
                        assertThat(details.get("partitionsOut")).asString().contains("shop", "Manage");
                    });
        });
    }

    @Test
    void aClosedBrokerIsDown() {
        HealthCheck[] kept = new HealthCheck[1];
        runner().run(context -> kept[0] = context.getBean(HealthCheck.class));
        HealthCheck.Outcome outcome = HealthCheck.Outcome.of(List.of(kept[0], all -> true));
        assertThat(outcome.up()).isFalse();
        assertThat(outcome.details()).containsEntry("store", "closed");
    }
}
