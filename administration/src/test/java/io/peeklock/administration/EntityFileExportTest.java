/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.BackOff;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.FalseFilter;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.RuleFilter;
import io.peeklock.broker.entity.SelectorFilter;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.entity.TrueFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is exported makes the same namespace elsewhere.
 *
 * <p>One thread.
 */
@Tag("W4")
final class EntityFileExportTest extends FileFixture {
    private static final List<RuleFilter> FILTERS = List.of(
            new TrueFilter(),
            new FalseFilter(),
            SqlFilter.of("a LIKE '%\"\u20ac\\%' AND b < 0.5"),
            new SqlFilter(
                    "a = @text AND b = @number AND c = @flag AND d = @time",
                    Map.of(
                            "text",
                            "x",
                            "number",
                            0.1f,
                            "flag",
                            true,
                            "time",
                            Instant.ofEpochMilli(1_700_000_000_123L))),
            CorrelationFilter.builder()
                    .correlationId("")
                    .sessionId("s")
                    .property("uuid", new UUID(1, 2))
                    .property("char", 'c')
                    .property("none", Double.NaN)
                    .property("large", Long.MAX_VALUE)
                    .property("byte", (byte) -1)
                    .property("half", 0.5)
                    .build(),
            new SelectorFilter(new SubscriptionFilter("JMSPriority > 3", null, "client")));

    /** Applies an export to an empty namespace, and gives that one's. */
    private String again(String exported) {
        bus.close();
        bus = newBus(Profile.JMS);
        apply(exported);
        assertThat(apply(exported)).as("applied twice").isEmpty();
        return export();
    }

    @Test
    void aNamespaceWithoutAnythingIsAFileToo() {
        String exported = export();
        assertThat(again(exported)).isEqualTo(exported);
    }

    @Test
    void aFileOfTheEmulatorComesBackAsItself() {
        apply(resource("shop.json"));
        String exported = export();
        assertThat(again(exported)).isEqualTo(exported);
        assertThat(apply(resource("shop.json")))
                .as("the original says the same")
                .isEmpty();
    }

    @Test
    void isInTheFormOfTheEmulator() {
        bus.create(QueueDescription.builder("q").defaultTimeToLive(Duration.ofHours(30)));
        assertThat(export()).isEqualTo("""
                        {
                          "UserConfig" : {
                            "Namespaces" : [
                              {
                                "Name" : "sbemulatorns",
                                "Queues" : [
                                  {
                                    "Name" : "q",
                                    "Properties" : {
                                      "DeadLetteringOnMessageExpiration" : false,
                                      "DefaultMessageTimeToLive" : "P1DT6H",
                                      "ForwardDeadLetteredMessagesTo" : "",
                                      "ForwardTo" : "",
                                      "LockDuration" : "PT1M",
                                      "MaxDeliveryCount" : 10,
                                      "RequiresDuplicateDetection" : false,
                                      "RequiresSession" : false,
                                      "AutoDeleteOnIdle" : "P10675199DT2H48M5.4775807S",
                                      "EnablePartitioning" : false,
                                      "MaxMessageSizeInKilobytes" : 256,
                                      "MaxSizeInMegabytes" : 1024,
                                      "Status" : "Active",
                                      "UserMetadata" : ""
                                    },
                                    "Peeklock" : {
                                      "AbandonBackOff" : "PT0S",
                                      "AbandonBackOffMax" : "PT0S",
                                      "HomePartition" : 0
                                    }
                                  }
                                ],
                                "Topics" : [ ]
                              }
                            ],
                            "Logging" : {
                              "Type" : "Console"
                            }
                          }
                        }
                        """);
    }

    @Test
    void leavesOutWhatIsTemporaryOrAnApplications() {
        String empty = export();
        bus.create(QueueDescription.builder("volatile").temporary(true));
        assertThat(export()).isEqualTo(empty);
        bus.get(bus.namespace.createTopic(TopicDescription.of("t")));
        String one = export();
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("t", "s")
                .madeByApplication(true)
                .build()));
        assertThat(export()).isEqualTo(one);
    }

    @Test
    void anyNamespaceComesBackTheSame() {
        long seed = Long.getLong("peeklock.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            fill(random);
            List<QueueDescription> queues = bus.get(bus.namespace.queues());
            List<TopicDescription> topics = bus.get(bus.namespace.topics());
            String exported = export();
            String as = "-Dpeeklock.seed=" + seed + ", round " + round;
            assertThat(again(exported)).as(as).isEqualTo(exported);
            assertThat(bus.get(bus.namespace.queues())).as(as).isEqualTo(queues);
            assertThat(bus.get(bus.namespace.topics())).as(as).isEqualTo(topics);
            bus.close();
            bus = newBus(Profile.JMS);
        }
    }

    // ---- Any namespace

    private void fill(Random random) {
        if (random.nextBoolean()) {
            bus.get(bus.namespace.createPolicy(AccessPolicy.of("root", Claim.MANAGE, Claim.SEND)));
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            EntityPath queue = bus.create(queue("queue/\u00e4 " + i, random)).path();
            if (random.nextBoolean()) {
                bus.get(bus.namespace.createPolicy(
                        AccessPolicy.of("reader", Claim.LISTEN).on(queue)));
            }
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            String topic = "topic " + i;
            boolean partitioned = random.nextBoolean();
            bus.get(bus.namespace.createTopic(TopicDescription.builder(topic)
                    .partitioned(partitioned)
                    .homePartition(partitioned ? 0 : random.nextInt(PARTITIONS))
                    .defaultTimeToLive(time(random))
                    .maxSizeBytes((1 << 20) + random.nextInt(1 << 20))
                    .duplicateDetectionWindow(random.nextBoolean() ? Duration.ofHours(2) : Duration.ZERO)
                    .status(status(random))
                    .build()));
            for (int j = random.nextInt(4); j > 0; j--) {
                subscription(topic, "sub " + j, random);
            }
        }
    }

    private static QueueDescription.Builder queue(String name, Random random) {
        boolean partitioned = random.nextBoolean();
        QueueDescription.Builder queue = QueueDescription.builder(name)
                .partitioned(partitioned)
                .homePartition(partitioned ? 0 : random.nextInt(PARTITIONS))
                .lockDuration(Duration.ofMillis(1000 + random.nextInt(299_000)))
                .maxDeliveryCount(1 + random.nextInt(Integer.MAX_VALUE))
                .defaultTimeToLive(time(random))
                .deadLetterOnExpiry(random.nextBoolean())
                .maxSizeBytes((1L + random.nextInt(5000)) << (20 + random.nextInt(2)))
                .maxMessageBytes(1024 + random.nextInt(1 << 20))
                .sessionRequired(random.nextBoolean())
                .duplicateDetectionWindow(random.nextBoolean() ? Duration.ofMillis(20_001) : Duration.ZERO)
                .autoDeleteOnIdle(random.nextBoolean() ? Duration.ofDays(400) : QueueDescription.NO_LIMIT)
                .status(status(random))
                .userMetadata(random.nextBoolean() ? "\"quoted\"\n\u20ac" : "");
        return random.nextBoolean()
                ? queue
                : queue.abandonBackOff(new BackOff(Duration.ofMillis(random.nextInt(1000)), Duration.ofDays(1)));
    }

    private void subscription(String topic, String name, Random random) {
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder(topic, name)
                .lockDuration(Duration.ofSeconds(1 + random.nextInt(300)))
                .defaultTimeToLive(time(random))
                .sessionRequired(random.nextBoolean())
                .deadLetterOnFilterError(random.nextBoolean())
                .filter(random.nextInt(4) == 0 ? SubscriptionFilter.of("a = 1") : SubscriptionFilter.ALL)
                .build()));
        if (random.nextInt(3) == 0) {
            bus.get(bus.namespace.deleteRule(topic, name, RuleDescription.DEFAULT_NAME));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            RuleFilter filter = FILTERS.get(random.nextInt(FILTERS.size()));
            String action = random.nextBoolean() ? "SET x = 'it''s'" : null;
            bus.get(bus.namespace.createRule(new RuleDescription(topic, name, "rule " + i, filter, action)));
        }
    }

    private static Duration time(Random random) {
        return random.nextBoolean() ? QueueDescription.NO_LIMIT : Duration.ofMillis(1L + random.nextLong(1L << 40));
    }

    private static EntityStatus status(Random random) {
        return EntityStatus.values()[random.nextInt(EntityStatus.values().length)];
    }
}
