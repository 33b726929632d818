/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.administration.EntityFile.Others;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.CorrelationFilter;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.RuleDescription;
import io.peeklock.broker.entity.SqlFilter;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.entity.TrueFilter;
import io.peeklock.broker.namespace.TestBus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A file makes a namespace as it says, and changes nothing else.
 *
 * <p>One thread.
 */
@Tag("W4")
final class EntityFileApplyTest extends FileFixture {

    private QueueDescription queue(String name) {
        return bus.get(bus.namespace.queue(name));
    }

    private List<String> rules(String topic, String subscription) {
        return bus.get(bus.namespace.rules(topic, subscription)).stream()
                .map(RuleDescription::name)
                .toList();
    }

    @Nested
    class AFileOfTheEmulator {
        @Test
        void isLoaded() {
            assertThat(apply(resource("shop.json")))
                    .containsExactly(
                            "CREATED queue 'coffee'",
                            "CREATED queue 'tables'",
                            "CREATED queue 'plain'",
                            "CREATED topic 'stock'",
                            "CREATED subscription 'stock/Subscriptions/by-header'",
                            "CREATED subscription 'stock/Subscriptions/by-property'",
                            "CREATED subscription 'stock/Subscriptions/everything'",
                            "CREATED rule 'all-headers' of subscription 'stock/Subscriptions/by-header'",
                            "CREATED rule 'dark' of subscription 'stock/Subscriptions/by-property'",
                            "CREATED rule 'heavy' of subscription 'stock/Subscriptions/by-property'");
            assertThat(queue("coffee"))
                    .isEqualTo(QueueDescription.builder("coffee")
                            .deadLetterOnExpiry(true)
                            .defaultTimeToLive(Duration.ofMinutes(45))
                            .lockDuration(Duration.ofSeconds(30))
                            .maxDeliveryCount(3)
                            .build());
            assertThat(queue("tables").options().duplicateDetectionWindow()).isEqualTo(Duration.ofMinutes(5));
            assertThat(queue("tables").options().sessionRequired()).isTrue();
            assertThat(queue("plain")).isEqualTo(QueueDescription.of("plain"));
            assertThat(bus.get(bus.namespace.rule("stock", "by-property", "heavy")))
                    .isEqualTo(new RuleDescription(
                            "stock",
                            "by-property",
                            "heavy",
                            SqlFilter.of("kilos > 20 AND sys.Label = 'beans'"),
                            "SET sys.To = 'cellar'"));
            assertThat(bus.get(bus.namespace.rule("stock", "by-property", "dark"))
                            .filter())
                    .isEqualTo(CorrelationFilter.builder()
                            .property("roast", "dark")
                            .property("kilos", 5L)
                            .property("organic", true)
                            .build());
        }

        @Test
        void hasTheRulesThatItNamesAndTheDefaultWhereItNamesNone() {
            apply(resource("shop.json"));
            assertThat(rules("stock", "by-header")).containsExactly("all-headers");
            assertThat(rules("stock", "everything")).containsExactly("$Default");
            bus.send(EntityPath.topic("stock"), TestBus.text("m"));
            assertThat(bus.takeAll(EntityPath.subscription("stock", "everything")))
                    .containsExactly("m");
            assertThat(bus.takeAll(EntityPath.subscription("stock", "by-header")))
                    .isEmpty();
        }

        @Test
        void appliedAgainChangesNothingAlsoAfterARestart() {
            apply(resource("shop.json"));
            assertThat(apply(resource("shop.json"))).isEmpty();
            bus = bus.killed();
            assertThat(apply(resource("shop.json"))).isEmpty();
        }
    }

    @Nested
    class WhatIsThere {
        @Test
        void isChangedWhereTheFileSaysAndElseStays() {
            bus.create(QueueDescription.builder("q")
                    .partitioned(true)
                    .maxDeliveryCount(7)
                    .lockDuration(Duration.ofSeconds(9)));
            bus.create(QueueDescription.builder("other"));
            assertThat(apply(queues("{'Name': 'q', 'Properties': {'MaxDeliveryCount': 3, 'Status': 'SendDisabled'}}")))
                    .containsExactly("CHANGED queue 'q'");
            assertThat(queue("q"))
                    .isEqualTo(QueueDescription.builder("q")
                            .partitioned(true)
                            .maxDeliveryCount(3)
                            .lockDuration(Duration.ofSeconds(9))
                            .status(EntityStatus.SEND_DISABLED)
                            .build());
            assertThat(queue("other")).isNotNull();
        }

        @Test
        void keepsItsMessages() {
            bus.create(QueueDescription.builder("orders"));
            bus.send("m");
            apply(queues("{'Name': 'orders', 'Properties': {'MaxDeliveryCount': 3}}"));
            assertThat(TestBus.textOf(bus.take())).isEqualTo("m");
        }

        @Test
        void isDeletedOnlyIfAskedForAndNotWhatIsTemporaryOrAnApplications() {
            bus.create(QueueDescription.builder("gone"));
            bus.create(QueueDescription.builder("volatile").temporary(true));
            bus.get(bus.namespace.createTopic(TopicDescription.of("goneToo")));
            bus.get(bus.namespace.createTopic(TopicDescription.of("t")));
            bus.get(bus.namespace.createSubscription(SubscriptionDescription.of("t", "gone")));
            bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("t", "theirs")
                    .madeByApplication(true)
                    .build()));
            String document = file("{'Name': 'q'}", "{'Name': 't'}");
            assertThat(apply(document, Others.KEEP)).containsExactly("CREATED queue 'q'");
            assertThat(apply(document, Others.DELETE))
                    .containsExactly(
                            "DELETED queue 'gone'",
                            "DELETED topic 'goneToo'",
                            "DELETED subscription 't/Subscriptions/gone'");
            assertThat(bus.get(bus.namespace.queues()))
                    .extracting(QueueDescription::name)
                    .containsExactly("q", "volatile");
            assertThat(bus.get(bus.namespace.subscriptions("t")))
                    .extracting(SubscriptionDescription::name)
                    .containsExactly("theirs");
        }

        @Test
        void isRefusedWhereTheFileChangesWhatIsFixed() {
            bus.create(QueueDescription.builder("q"));
            bus.create(QueueDescription.builder("home").homePartition(1));
            assertThat(refused(queues("{'Name': 'new'}, {'Name': 'q', 'Properties': {'EnablePartitioning': true,"
                            + " 'RequiresSession': true, 'RequiresDuplicateDetection': true}},"
                            + " {'Name': 'home', 'Peeklock': {'HomePartition': 2}}")))
                    .hasSize(4)
                    .allSatisfy(problem -> assertThat(problem).contains("fixed at creation"))
                    .anySatisfy(problem -> assertThat(problem)
                            .contains("Queues[1].Properties.EnablePartitioning: it is false for queue 'q'"));
        }

        @Test
        @Tag("W1")
        void isRefusedInAllThatIsWrongWithIt() {
            bus.create(QueueDescription.builder("q").sessionRequired(true));
            assertThat(refused(queues("{'Name': 'q', 'Properties': {'ForwardTo': 'nix', 'EnablePartitioning': true}}")))
                    .satisfiesExactlyInAnyOrder(
                            one -> assertThat(one)
                                    .contains("Properties.ForwardTo: what requires sessions forwards nothing"),
                            two -> assertThat(two).contains("Properties.ForwardTo: there is no queue or topic 'nix'"),
                            three -> assertThat(three).contains("Properties.EnablePartitioning: it is false"));
        }

        @Test
        void thatIsTemporaryOrAnApplicationsIsRefused() {
            bus.create(QueueDescription.builder("volatile").temporary(true));
            bus.get(bus.namespace.createTopic(TopicDescription.of("t")));
            bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("t", "s")
                    .madeByApplication(true)
                    .build()));
            assertThat(refused(file("{'Name': 'volatile'}", "{'Name': 't', 'Subscriptions': [{'Name': 's'}]}")))
                    .satisfiesExactly(
                            one -> assertThat(one).contains("temporary queue"),
                            two -> assertThat(two).contains("an application made this subscription"));
        }
    }

    @Nested
    @Tag("R1")
    class RulesOfASubscription {
        private static final String BIG =
                "{'Name': 'big', 'Properties': {'FilterType': 'Sql', 'SqlFilter': {'SqlExpression': 'n > 9'}}}";

        private String subscription(String rest) {
            return topics("{'Name': 't', 'Subscriptions': [{'Name': 's'" + rest + "}]}");
        }

        @Test
        void thatAreListedAreAllThatItHas() {
            apply(subscription(", 'Rules': [" + BIG + "]"));
            bus.get(bus.namespace.createRule(new RuleDescription("t", "s", "extra", new TrueFilter())));
            assertThat(apply(subscription(", 'Rules': [" + BIG.replace("> 9", "> 8") + "]")))
                    .containsExactly(
                            "CHANGED rule 'big' of subscription 't/Subscriptions/s'",
                            "DELETED rule 'extra' of subscription 't/Subscriptions/s'");
            assertThat(bus.get(bus.namespace.rule("t", "s", "big")).filter()).isEqualTo(SqlFilter.of("n > 8"));
        }

        @Test
        void thatAreNotMentionedStay() {
            apply(subscription(", 'Rules': [" + BIG + "]"));
            assertThat(apply(subscription(""))).isEmpty();
            assertThat(rules("t", "s")).containsExactly("big");
        }

        @Test
        void areTheDefaultIfTheListIsEmpty() {
            apply(subscription(", 'Rules': [" + BIG + "]"));
            apply(subscription(", 'Rules': []"));
            assertThat(rules("t", "s")).containsExactly("$Default");
            assertThat(apply(subscription(", 'Rules': []"))).isEmpty();
            bus.send(EntityPath.topic("t"), TestBus.text("m"));
            assertThat(bus.takeAll(EntityPath.subscription("t", "s"))).containsExactly("m");
        }

        @Test
        void mayBeNone() {
            String none = subscription(", 'Rules': [], 'Peeklock': {'DefaultRule': false}");
            apply(none);
            assertThat(rules("t", "s")).isEmpty();
            assertThat(apply(none)).isEmpty();
            apply(subscription(", 'Rules': []"));
            assertThat(rules("t", "s")).containsExactly("$Default");
            apply(none);
            assertThat(rules("t", "s")).isEmpty();
        }

        @Test
        void mayHaveADefaultOfTheirOwn() {
            apply(subscription(", 'Rules': [" + BIG.replace("big", "$Default") + "]"));
            assertThat(bus.get(bus.namespace.rule("t", "s", "$Default")).filter())
                    .isEqualTo(SqlFilter.of("n > 9"));
        }

        @Test
        void goTogetherWithOtherChangesOfIt() {
            apply(subscription(""));
            apply(subscription(", 'Properties': {'MaxDeliveryCount': 2}, 'Rules': [" + BIG + "]"));
            assertThat(rules("t", "s")).containsExactly("big");
            assertThat(bus.get(bus.namespace.subscription("t", "s")).maxDeliveryCount())
                    .isEqualTo(2);
        }

        @Test
        @Tag("R7")
        void areRefusedIfThereWouldBeTooMany() {
            StringBuilder many = new StringBuilder(BIG);
            for (int i = 0; i < 2000; i++) {
                many.append(", ").append(BIG.replace("big", "r" + i));
            }
            assertThat(refused(subscription(", 'Rules': [" + many + "]")))
                    .singleElement()
                    .asString()
                    .contains("Topics[0]: the topic would have 2001 rules", "of 2000 that are allowed");
        }

        @Test
        void areRefusedIfTheirActionsMoveMessagesOfAPartitionedTopic() {
            assertThat(refused(topics(
                            "{'Name': 't', 'Properties': {'EnablePartitioning': true}, 'Subscriptions': [{'Name': 's',"
                                    + " 'Rules': ["
                                    + BIG.replace("}}}", "}, 'Action': {'SqlExpression': 'SET sys.SessionId = 1'}}}")
                                    + "]}]}")))
                    .singleElement()
                    .asString()
                    .contains("Rules[0].Properties.Action");
        }
    }

    @Nested
    class LimitsOfTheNamespace {
        @Test
        @Tag("P13")
        void areCheckedBeforeAnythingIsDone() {
            StringBuilder many = new StringBuilder("{'Name': 'home', 'Peeklock': {'HomePartition': 4}}");
            for (int i = 0; i <= 100; i++) {
                many.append(", {'Name': 'q").append(i).append("', 'Properties': {'EnablePartitioning': true}}");
            }
            assertThat(refused(queues(many.toString())))
                    .anySatisfy(problem -> assertThat(problem).contains("101 partitioned", "of 100"))
                    .anySatisfy(problem ->
                            assertThat(problem).contains("Queues[0].Peeklock.HomePartition", "partitions 0 to 3"));
        }

        @Test
        @Tag("W5")
        void ofProfileAzureHold() {
            bus.close();
            bus = newBus(Profile.AZURE);
            bus.create(QueueDescription.builder("Orders"));
            assertThat(refused(file(
                            "{'Name': 'a', 'Properties': {'MaxSizeInMegabytes': 1500}}, {'Name': 'b'}, {'Name': 'B'}",
                            "{'Name': 'orders'}")))
                    .satisfiesExactlyInAnyOrder(
                            one -> assertThat(one).contains("Queues[0]", "in steps of"),
                            two -> assertThat(two).contains("Queues[2].Name", "case does not count"),
                            three -> assertThat(three).contains("Topics[0].Name", "one space of names"));
            assertThat(apply(queues("{'Name': 'ORDERS', 'Properties': {'MaxDeliveryCount': 2}}")))
                    .containsExactly("CHANGED queue 'Orders'");
        }
    }

    @Nested
    @Tag("W1")
    class Forwards {
        private static final String CHAIN =
                "{'Name': 'a', 'Properties': {'ForwardTo': 'b', 'ForwardDeadLetteredMessagesTo': 'c'}},"
                        + " {'Name': 'b', 'Properties': {'ForwardDeadLetteredMessagesTo': 'a'}}, {'Name': 'c'}";

        @Test
        void mayGoToWhatComesLaterInTheFile() {
            apply(queues(CHAIN));
            assertThat(queue("a").options().forwardTo()).isEqualTo("b");
            assertThat(queue("a").options().forwardDeadLetteredMessagesTo()).isEqualTo("c");
            assertThat(queue("b").options().forwardDeadLetteredMessagesTo()).isEqualTo("a");
            assertThat(apply(queues(CHAIN))).isEmpty();
            bus.send(EntityPath.queue("a"), TestBus.text("m"));
            assertThat(bus.takeAll(EntityPath.queue("b"))).containsExactly("m");
        }

        @Test
        void endWhereTheFileHasAnEmptyText() {
            apply(queues(CHAIN));
            apply(queues("{'Name': 'a', 'Properties': {'ForwardTo': ''}}"));
            assertThat(queue("a").options().forwardTo()).isNull();
            assertThat(queue("a").options().forwardDeadLetteredMessagesTo()).isEqualTo("c");
        }

        @Test
        void toWhatIsNotThereOrItselfAreRefused() {
            bus.create(QueueDescription.builder("volatile").temporary(true));
            assertThat(refused(file(
                            "{'Name': 'q', 'Properties': {'ForwardTo': 'nowhere'}},"
                                    + " {'Name': 'r', 'Properties': {'ForwardTo': 'r'}},"
                                    + " {'Name': 's', 'Properties': {'ForwardTo': 'volatile'}}",
                            "{'Name': 't', 'Subscriptions': [{'Name': 'u', 'Properties': {'ForwardTo': 'v'}}]}")))
                    .satisfiesExactly(
                            one -> assertThat(one)
                                    .contains("Queues[0].Properties.ForwardTo: ", "no queue or topic 'nowhere'"),
                            two -> assertThat(two).contains("that is itself"),
                            three -> assertThat(three).contains("is temporary"),
                            four -> assertThat(four).contains("Subscriptions[0].Properties.ForwardTo"));
        }

        @Test
        void toWhatIsToBeDeletedAreRefused() {
            bus.create(QueueDescription.builder("gone"));
            EntityFile file = EntityFile.parse(queues("{'Name': 'q', 'Properties': {'ForwardTo': 'gone'}}"));
            assertThat(bus.failure(file.applyTo(bus.namespace, Others.DELETE))).hasMessageContaining("'gone'");
            assertThat(queue("gone")).isNotNull();
        }

        @Test
        void thatAreThereToWhatIsToBeDeletedAreRefusedToo() {
            apply(queues("{'Name': 'gone'}, {'Name': 'q', 'Properties': {'ForwardTo': 'gone'}}"));
            apply(topics("{'Name': 't', 'Subscriptions': [{'Name': 's', 'Properties':"
                    + " {'ForwardDeadLetteredMessagesTo': 'gone'}}]}"));
            EntityFile file =
                    EntityFile.parse(file("{'Name': 'q'}", "{'Name': 't', 'Subscriptions': [{'Name': 's'}]}"));
            assertThat(bus.failure(file.applyTo(bus.namespace, Others.DELETE)))
                    .hasMessageContaining("Queues[0]: queue 'q' forwards to 'gone', which would be deleted")
                    .hasMessageContaining("Subscriptions[0]: subscription 't/Subscriptions/s' forwards to 'gone'");
            assertThat(queue("gone")).isNotNull();
            assertThat(apply(queues("{'Name': 'q', 'Properties': {'ForwardTo': ''}}"), Others.DELETE))
                    .contains("DELETED queue 'gone'");
        }
    }
}
