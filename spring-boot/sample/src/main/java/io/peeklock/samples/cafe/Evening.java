/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.cafe;

import java.util.List;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** What happens: orders come, one of them cannot be made, the recipe is found, and it is given again. */
@Component
public class Evening implements ApplicationRunner {

    private final Counter counter;
    private final Recipes recipes;
    private final HealthIndicator health;

    Evening(Counter counter, Recipes recipes, HealthIndicator peeklockHealthIndicator) {
        this.counter = counter;
        this.recipes = recipes;
        this.health = peeklockHealthIndicator;
    }

    @Override
    public void run(ApplicationArguments arguments) throws Exception {
        List<String> drinks = arguments.getNonOptionArgs().isEmpty()
                ? List.of("espresso", "cold brew", "cappuccino", "espresso")
                : arguments.getNonOptionArgs();
        System.out.println("Orders: " + drinks);
        drinks.forEach(counter::order);
        counter.awaitAllDone();

        System.out.println("Dead letters:");
        counter.deadLetters().forEach(letter -> System.out.println("  " + letter));

        System.out.println("All recipes are found, " + counter.counts().deadLettered() + " orders are given again:");
        drinks.forEach(recipes::learn);
        counter.redrive();
        counter.awaitAllDone();

        System.out.println("Health: " + health.health());
        System.out.println("Queue: " + counter.activity());
    }
}
