"""What a run leaves for auditors: records, the story they tell, and what proves them."""
