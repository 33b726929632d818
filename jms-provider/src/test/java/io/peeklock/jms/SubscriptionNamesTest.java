/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The names of durable subscriptions in the bus. */
class SubscriptionNamesTest {

    private static final List<String> ODD = List.of(
            "a",
            "A",
            "$",
            "%",
            "/",
            "\\",
            ".",
            "..",
            " ",
            "$D$",
            "$S$",
            "$D$a$b",
            "$S$$a",
            "%0024",
            "%002F",
            "a$b",
            "a/b",
            "$deadletterqueue",
            "Subscriptions",
            "\n",
            "\uD800",
            "\uDC00",
            "\uD83D\uDE00",
            "straße",
            "日本語");

    @Test
    void keepASharedOnesNameWithoutClientIdentifierIfTheBusTakesIt() {
        assertThat(SubscriptionNames.shared(null, "audit")).isEqualTo("audit");
        assertThat(SubscriptionNames.shared(null, "a.b-c_d%$ é")).isEqualTo("a.b-c_d%$ é");
        assertThat(SubscriptionNames.shared(null, "x".repeat(128))).isEqualTo("x".repeat(128));
    }

    @Test
    void sayKindClientAndName() {
        assertThat(SubscriptionNames.unshared("me", "audit")).isEqualTo("$D$me$audit");
        assertThat(SubscriptionNames.shared("me", "audit")).isEqualTo("$S$me$audit");
        assertThat(SubscriptionNames.shared("me/you", "100%")).isEqualTo("$S$me%002Fyou$100%0025");
        assertThat(SubscriptionNames.shared(null, "a/b")).isEqualTo("$S$$a%002Fb");
        assertThat(SubscriptionNames.shared(null, "$S$me$audit")).isEqualTo("$S$$%0024S%0024me%0024audit");
    }

    @Test
    void neverClashAndAreTakenByTheBus() {
        List<String> parts = new ArrayList<>(ODD);
        for (String first : ODD) {
            for (String second : ODD) {
                parts.add(first + second);
            }
        }
        parts.add("x".repeat(1_000));
        parts.add("x".repeat(1_001));
        parts.add("/".repeat(1_000));
        Map<String, String> owners = new HashMap<>();
        for (String name : parts) {
            claim(SubscriptionNames.shared(null, name), "shared " + name, owners);
            for (String client :
                    List.of("a", "$", "a$b", "/", "%0024", "\uD800", "x".repeat(2_000), "y".repeat(2_000))) {
                claim(SubscriptionNames.shared(client, name), "shared " + client + "\u0001" + name, owners);
                claim(SubscriptionNames.unshared(client, name), "unshared " + client + "\u0001" + name, owners);
            }
        }
    }

    private static void claim(String inBus, String owner, Map<String, String> owners) {
        assertThat(owners.putIfAbsent(inBus, owner))
                .as("owner of %s beside %s", inBus, owner)
                .isIn(null, owner);
        assertThat(SubscriptionDescription.builder("t", inBus)
                        .madeByApplication(true)
                        .build()
                        .name())
                .isEqualTo(inBus);
        assertThat(EntityPath.parse("t/Subscriptions/" + inBus)).isEqualTo(EntityPath.subscription("t", inBus));
    }
}
